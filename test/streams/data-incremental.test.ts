import { expect } from 'chai';
import { captureError } from '../support/capture-error.js';
import { countsIn, experiencesOf, firstValues, streamOf, tenClasses } from './own-streams.js';

describe('the data-incremental stream', () => {
  it('deals the samples of each class to all pieces, each sample once, and brings all classes with the first', async () => {
    const taken = await experiencesOf(await streamOf('data-incremental', { pieces: 7 }));
    expect(taken.map(({ newClasses }) => newClasses.length)).to.deep.equal([10, 0, 0, 0, 0, 0, 0]);
    // 30 samples of each class come to 4 or 5, and 300 to 42 or 43.
    for (const one of taken) {
      expect(one.train.size).to.be.within(42, 43);
      for (const label of tenClasses.classes) expect(countsIn(one)[label]).to.be.within(4, 5);
    }
    const all = taken.flatMap((one) => [...firstValues(one)]);
    const [whole] = await experiencesOf(await streamOf('data-incremental', { pieces: 1 }));
    expect(all.sort()).to.deep.equal([...(whole === undefined ? [] : firstValues(whole))].sort());
  });

  it('deals by the seed', async () => {
    const first = async (seed: number) => {
      const [one] = await experiencesOf(await streamOf('data-incremental', {}, tenClasses, seed));
      return one === undefined ? [] : firstValues(one);
    };
    expect(await first(1))
      .to.deep.equal(await first(1))
      .and.not.deep.equal(await first(2));
  });

  it('measures all test samples together', async () => {
    const { evaluation, gives } = await streamOf('data-incremental', {});
    expect(evaluation.map(({ samples, seenFrom }) => [samples.size, seenFrom])).to.deep.equal([[40, 1]]);
    expect(gives).to.deep.equal({ boundaries: false, taskLabels: false });
  });

  it('refuses more pieces than a class has samples', async () => {
    const error = await captureError(() => streamOf('data-incremental', { pieces: 31 }));
    expect(error.code).to.equal('bad-scenario');
    expect(error.message).to.match(/class 0 .* has 30 training samples for 31 pieces; .* give pieces: 30 or fewer/);
  });
});
