import { expect } from 'chai';
import { randomStream } from '../../src/core/random.js';
import { mul, constant, sum, square, sub, variable } from '../../src/engine/graph/ops.js';
import { oneHot, realBatch, type Batch } from '../../src/learners/batches.js';
import { Model } from '../../src/learners/model.js';
import type { LossTerm, StepRules } from '../../src/learners/step-rules.js';
import { engineForTest } from '../engine/engines-under-test.js';
import { data, smallNetwork } from '../../src/testing/learning.js';

const classes = [0, 1, 2];
const batchOf = (from: number): Batch =>
  realBatch(
    data.train,
    Uint32Array.from({ length: 8 }, (_, i) => 15 * i + from),
    classes,
  );

async function modelWith(rules: StepRules): Promise<Model> {
  const options = { ...smallNetwork, width: 16, loss: 'cross-entropy' } as const;
  const model = new Model(await engineForTest(), options, randomStream(3), () => rules);
  model.begin({ classes, newClasses: classes }, 10);
  return model;
}

/** What the first layer is moved by in one step. */
async function movedBy(rules: StepRules, batch: Batch, more?: Readonly<Record<string, Float32Array>>) {
  const model = await modelWith(rules);
  const { terms } = await model.step(batch, more);
  const moved = model.parameters();
  model.dispose();
  return { moved, terms };
}

describe('the step of a model', () => {
  it('takes what a strategy makes of the gradients: those of another batch alone teach that batch', async () => {
    const [own, other] = [batchOf(0), batchOf(7)];
    const elsewhere: StepRules = { transformGradients: (_, gradientsOn) => gradientsOn('reference', other.count) };
    const feeds = { 'reference/x': other.features, 'reference/targets': other.targets };
    const { moved } = await movedBy(elsewhere, own, feeds);
    const [byOther, byOwn] = [await movedBy({}, other), await movedBy({}, own)];
    const difference = (to: typeof moved): number =>
      Math.max(
        ...Object.entries(moved).flatMap(([name, { data: a }]) =>
          Array.from(a, (value, i) => Math.abs(value - (to[name]?.data[i] ?? NaN))),
        ),
      );
    expect(difference(byOther.moved)).to.be.lessThan(1e-5);
    expect(difference(byOwn.moved)).to.be.greaterThan(1e-3);
  });

  it('adds terms to the loss, reads their anchors, and reports them by name', async () => {
    const name = 'classifier/0/bias';
    const pull: LossTerm = {
      name: 'pull',
      anchors: () => ({ aim: { shape: [32], data: new Float32Array(32).fill(2) } }),
      build: ({ parameters }) => {
        const bias = parameters.find((parameter) => parameter.name === name);
        if (bias === undefined) throw new Error(`no ${name}`);
        return mul(constant(1e6), sum(square(sub(bias, variable('aim', [32])))));
      },
    };
    const { moved, terms } = await movedBy({ terms: [pull] }, batchOf(0));
    // Biases begin at 0: 1e6·32·2². Adam's first step is the learning rate, towards the aim.
    expect(terms['pull']).to.be.closeTo(128e6, 100);
    moved[name]?.data.forEach((value) => expect(value).to.be.closeTo(smallNetwork.learningRate, 1e-6));
  });

  it('has targets in the order of its classes', () => {
    expect([...oneHot(Int32Array.of(5, 3), [3, 4, 5])]).to.deep.equal([0, 0, 1, 1, 0, 0]);
  });
});
