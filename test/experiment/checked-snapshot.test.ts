import { expect } from 'chai';
import { checkedSnapshot } from '../../src/experiment/checked-snapshot.js';
import { checkpointFolder } from '../../src/experiment/checkpoint-store.js';
import { descriptionOf } from '../../src/experiment/execute-run.js';
import type { RunSetup } from '../../src/experiment/run-setup.js';
import { errorOf, eventsOf, setupOf, temporaryFolder } from './fixtures.js';
import { meanLearner } from './fake-learner.js';

describe('the saved state of a learner', () => {
  const folder = temporaryFolder();

  it('is taken as it is where it can be kept', () => {
    const state = {
      json: { a: [1, null, 'b', { c: true }] },
      tensors: { n: { shape: [2], data: Int32Array.of(1, 2) } },
    };
    expect(checkedSnapshot(state)).to.equal(state);
  });

  const refused: readonly (readonly [saved: unknown, message: RegExp])[] = [
    [undefined, /save gave undefined, expected \{ json, tensors \}/],
    [{ tensors: {} }, /save gave a value of type Object/],
    [{ json: { m: new Map([[1, 2]]) }, tensors: {} }, /json\.m is a value of type Map/],
    [{ json: [1, { d: new Date(0) }], tensors: {} }, /json\[1\]\.d is a value of type Date/],
    [{ json: { n: NaN }, tensors: {} }, /json\.n is NaN/],
    [{ json: { f: () => 1 }, tensors: {} }, /json\.f is a function/],
    [{ json: { u: undefined }, tensors: {} }, /json\.u is undefined/],
    [
      { json: null, tensors: { counts: { shape: [3], data: [0, 0, 0] } } },
      /tensor "counts" has its data in a value of type Array/,
    ],
    [
      { json: null, tensors: { counts: [0, 0] } },
      /tensor "counts" is a value of type Array, expected \{ shape, data \}/,
    ],
    [
      { json: null, tensors: { a: { shape: [3], data: new Float32Array(2) } } },
      /tensor "a" has 2 values, but shape \[3\]/,
    ],
    [{ json: null, tensors: { a: { shape: [-2, -1], data: new Float32Array(2) } } }, /but shape \[-2, -1\]/],
    [{ json: null, tensors: { a: { shape: 2, data: new Float32Array(2) } } }, /but shape 2/],
  ];
  for (const [saved, message] of refused) {
    it(`is refused by name: ${message.source.slice(0, 40)}`, () => {
      expect(() => checkedSnapshot(saved)).to.throw(TypeError, message);
    });
  }

  it('that cannot be kept ends the run, with learner and task, and keeps the checkpoint before', async () => {
    const checkpoints = checkpointFolder(folder('checkpoints'));
    let saves = 0;
    const createLearner: RunSetup['createLearner'] = (random) => {
      const learner = meanLearner(random);
      const save = async () => {
        const state = await learner.save();
        return ++saves < 2 ? state : ({ ...state, tensors: { counts: { shape: [1], data: [1] } } } as never);
      };
      return Promise.resolve({ ...learner, save });
    };
    const error = await errorOf(eventsOf(setupOf({ createLearner, checkpoints })));
    expect(error).to.have.property('code', 'learner-failed');
    expect(error.message).to.match(
      /learner "mean" failed while saving itself after task 2: tensor "counts" has its data/,
    );
    expect(await checkpoints.latest(descriptionOf(setupOf()))).to.have.nested.property('checkpoint.task', 1);
  });
});
