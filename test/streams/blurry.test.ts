import { expect } from 'chai';
import { captureError } from '../support/capture-error.js';
import { countsIn, experiencesOf, firstValues, streamOf, tenClasses } from './own-streams.js';

/** Each task as one experience: with 30 samples of each of ten classes a task of five has 60. */
const byTask = { tasks: 5, experienceSize: 60 };

describe('the blurry stream', () => {
  it('has disjoint classes wholly in one task, and of each other M % of the samples dealt to all', async () => {
    const taken = await experiencesOf(await streamOf('blurry', { ...byTask, blurred: 10 }));
    expect(taken).to.have.length(5);
    let strangers = 0;
    for (const [task, one] of taken.entries()) {
      const counts = countsIn(one);
      // Classes 0 … 4 are disjoint, one a task. Of each of 5 … 9 three samples go to the pool, which has 15, three a task.
      expect(counts[task]).to.equal(30);
      expect([0, 1, 2, 3, 4].filter((label) => counts[label] !== undefined)).to.deep.equal([task]);
      expect(counts[5 + task]).to.be.within(27, 30);
      const blurry = [5, 6, 7, 8, 9].map((label) => counts[label] ?? 0);
      expect(blurry.reduce((sum, count) => sum + count, 0)).to.equal(30);
      strangers += 30 - (counts[5 + task] ?? 0);
    }
    // Of 15 in the pool, each comes to its own task with probability 1/5: 12 are expected elsewhere, with a deviation of 1.5.
    expect(strangers).to.be.within(7, 15);
  });

  it('with M = 100 has each of the other classes everywhere', async () => {
    for (const one of await experiencesOf(await streamOf('blurry', { ...byTask, blurred: 100 })))
      expect(one.classes).to.include.members([5, 6, 7, 8, 9]);
  });

  it('gives each sample once, in another order for each seed', async () => {
    const values = async (options: object, seed = 1) =>
      (await experiencesOf(await streamOf('blurry', options, tenClasses, seed))).flatMap((one) => [
        ...firstValues(one),
      ]);
    const some = await values({ experienceSize: 37 });
    const whole = await values({ experienceSize: 300 });
    expect(some).to.deep.equal(whole);
    expect(await values({ experienceSize: 37 }, 2)).not.to.deep.equal(some);
    const [all] = await experiencesOf(await streamOf('data-incremental', { pieces: 1 }));
    expect([...some].sort()).to.deep.equal([...(all === undefined ? [] : firstValues(all))].sort());
  });

  it('without blurred samples, or blurry classes, has as many classes as tasks share', async () => {
    for (const options of [{ blurred: 0 }, { disjoint: 100 }]) {
      const taken = await experiencesOf(await streamOf('blurry', { ...byTask, ...options }));
      expect(taken.map(({ classes }) => classes.length)).to.deep.equal([2, 2, 2, 2, 2]);
    }
  });

  it('tells nobody where a task ends: experiences are so many samples, whatever the task', async () => {
    const stream = await streamOf('blurry', { experienceSize: 100 });
    expect(stream.gives.boundaries).to.equal(false);
    expect((await experiencesOf(stream)).map(({ train }) => train.size)).to.deep.equal([100, 100, 100]);
  });

  it('measures each class from the experience on that has its first sample', async () => {
    const stream = await streamOf('blurry', byTask);
    const taken = await experiencesOf(stream);
    expect(stream.evaluation).to.have.length(10);
    for (const { classes, seenFrom, samples } of stream.evaluation) {
      expect(taken[seenFrom - 1]?.newClasses).to.include(classes[0]);
      expect(samples.size).to.equal(4);
    }
  });

  it('refuses what tasks cannot share evenly', async () => {
    for (const options of [{ tasks: 4 }, { disjoint: 55 }, { disjoint: 30 }]) {
      const error = await captureError(() => streamOf('blurry', options));
      expect(error.code).to.equal('bad-scenario');
      expect(error.message).to.match(/cannot share evenly; expected multiples of/);
    }
  });
});
