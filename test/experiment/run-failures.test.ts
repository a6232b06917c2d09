import { expect } from 'chai';
import { ReverieError } from '../../src/core/errors.js';
import type { LearnerEvent } from '../../src/core/events.js';
import type { ContinualStream } from '../../src/core/stream.js';
import { checkpointFolder } from '../../src/experiment/checkpoint-store.js';
import { samplesOf, streamOf, twoClassTasks } from './fake-samples.js';
import { errorOf, eventsOf, setupOf, temporaryFolder, withLearner, withMethods } from './fixtures.js';

describe('a run fails', () => {
  const folder = temporaryFolder();

  for (const value of [NaN, Infinity]) {
    it(`when a loss is ${value}, and says where, after which checkpoint, and what to do`, async () => {
      const spoil = (event: LearnerEvent): LearnerEvent =>
        event.type === 'batch-trained' && event.task === 2 && event.iteration === 3
          ? { ...event, losses: { new: 1, replay: value } }
          : event;
      const life: string[] = [];
      const error = await errorOf(
        eventsOf(withLearner({ instead: spoil, life }, { checkpoints: checkpointFolder(folder('c')) })),
      );
      expect(error).to.have.property('code', 'diverged');
      expect(error.message).to.contain(`loss "replay" of learner "mean" is ${value} in task 2, iteration 3`);
      expect(error.message).to.contain(`after task 1, is ${folder('c', 'task-1.reverie')}`);
      expect(error.message).to.match(/smaller learning rate.*--resume/);
      expect(life).to.deep.equal(['learnt 1', 'left 1', 'left 2', 'disposed']);
    });
  }

  it('with the last good checkpoint added when the learner itself says that it diverged', async () => {
    const beforeStep = (task: number): void => {
      if (task === 2) throw new ReverieError('diverged', 'loss "new" is NaN');
    };
    const withCheckpoint = withLearner({ beforeStep }, { checkpoints: checkpointFolder(folder()) });
    const error = await errorOf(eventsOf(withCheckpoint));
    expect(error).to.have.property('code', 'diverged');
    expect(error.message).to.match(/^loss "new" is NaN; the last good checkpoint, after task 1, is .*task-1\.reverie/);
    const without = await errorOf(eventsOf(withLearner({ beforeStep })));
    expect(without.message).to.contain('there is no checkpoint yet');
  });

  it('naming learner, task and cause for a foreign exception', async () => {
    const cause = new TypeError('x is undefined');
    const life: string[] = [];
    const beforeStep = (task: number): void => {
      if (task === 2) throw cause;
    };
    const error = await errorOf(eventsOf(withLearner({ beforeStep, life })));
    expect(error).to.have.property('code', 'learner-failed');
    expect(error.message).to.equal('learner "mean" failed while learning task 2: x is undefined');
    expect(error.cause).to.equal(cause);
    expect(life.at(-1)).to.equal('disposed');
  });

  it('with the very same error where that is one of the run', async () => {
    const thrown = new ReverieError('engine-failed', 'out of memory');
    const beforeStep = (): void => {
      throw thrown;
    };
    expect(await errorOf(eventsOf(withLearner({ beforeStep })))).to.equal(thrown);
  });

  it('when a learner answers with too few classes', async () => {
    const error = await errorOf(
      eventsOf(withMethods({ predict: () => Promise.resolve({ labels: new Int32Array(3) }) })),
    );
    expect(error).to.have.property('code', 'learner-failed');
    expect(error.message).to.match(/"mean" failed while predicting in task 1: predict gave 3 classes for 16 samples/);
  });

  it('when a learner cannot be made', async () => {
    const error = await errorOf(eventsOf(setupOf({ createLearner: () => Promise.reject(new Error('no')) })));
    expect(error).to.have.property('code', 'learner-failed');
    expect(error.message).to.contain('failed while being made: no');
  });

  it('when a learner emits what is not its to emit', async () => {
    const lie = { type: 'run-completed' } as unknown as LearnerEvent;
    const error = await errorOf(eventsOf(withLearner({ instead: () => lie })));
    expect(error).to.have.property('code', 'learner-failed');
    expect(error.message).to.match(/"mean" emitted run-completed in task 1; a learner may emit epoch-started/);
  });

  it('when the footprint, the stop or the disposal of a learner throws', async () => {
    const fail = (): never => {
      throw new Error('broken');
    };
    const messages = [];
    for (const methods of [
      { footprint: fail },
      { dispose: fail },
      { save: () => Promise.reject(new Error('broken')) },
    ]) {
      const checkpoints = checkpointFolder(folder());
      const error = await errorOf(eventsOf({ ...withMethods(methods), checkpoints }));
      expect(error).to.have.property('code', 'learner-failed');
      messages.push(error.message);
    }
    expect(messages).to.deep.equal([
      'learner "mean" failed while reporting its footprint after task 1: broken',
      'learner "mean" failed while being disposed: broken',
      'learner "mean" failed while saving itself after task 1: broken',
    ]);
  });

  it('when the stream has more or fewer tasks than announced, or numbers them wrongly', async () => {
    const codes = [];
    for (const changes of [
      { stream: streamOf(twoClassTasks(3), 2) },
      { stream: streamOf(twoClassTasks(3), 4) },
      { stream: streamOf([]) },
      { stream: streamOf(twoClassTasks(3).slice(1)) },
    ]) {
      codes.push((await errorOf(eventsOf(setupOf(changes)))).message);
    }
    expect(codes).to.deep.equal([
      'the stream goes on after 2 tasks; expected exactly 2',
      'the stream ended after 3 tasks; expected 4',
      'the stream ended after 0 tasks; expected 0',
      'the stream gave task 2, expected task 1 now',
    ]);
  });

  it('when the stream of tasks fails, with its error', async () => {
    const broken = new ReverieError('bad-data', 'cut off');
    const experiences: ContinualStream['experiences'] = {
      [Symbol.asyncIterator]: () => ({ next: () => Promise.reject(broken) }),
    };
    const stream = { ...streamOf(twoClassTasks(3)), experiences };
    expect(await errorOf(eventsOf(setupOf({ stream })))).to.equal(broken);
  });

  it('when a task has no test samples, or some of a class that it does not teach', async () => {
    const [task] = twoClassTasks(1);
    if (task === undefined) throw new Error('no task');
    const measuredOn = (test: typeof task.test) => eventsOf(setupOf({ stream: streamOf([{ ...task, test }]) }));
    const empty = await errorOf(measuredOn(task.test.select([])));
    expect(empty).to.have.property('code', 'bad-data');
    expect(empty.message).to.contain('task 1 has no test samples');
    const foreign = await errorOf(measuredOn(samplesOf([[0, 0], [1, 1]], [0, 6]))); // prettier-ignore
    expect(foreign).to.have.property('code', 'bad-data');
    expect(foreign.message).to.contain('test sample 1 of task 1 has class 6, expected one of 0, 1');
  });
});
