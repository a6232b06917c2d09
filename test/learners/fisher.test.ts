import { expect } from 'chai';
import { randomStream } from '../../src/core/random.js';
import { fisherInformation } from '../../src/learners/fisher.js';
import { Model } from '../../src/learners/model.js';
import { engineForTest } from '../engine/engines-under-test.js';
import { data } from '../../src/testing/learning.js';
import { linearModel, valuesWithLabels } from '../support/linear-model.js';

describe('the Fisher information of EWC', () => {
  it('of a linear softmax classifier is E x²·p(1 − p): the expectation over all classes, row by row', async () => {
    // ∂ log p(y|x)/∂W_jc = x_j·(1[y = c] − p_c), and E_y (1[y = c] − p_c)² = p_c·(1 − p_c).
    const options = { width: 16, hidden: [], learningRate: 0.01, loss: 'cross-entropy' } as const;
    const model = new Model(await engineForTest(), options, randomStream(1));
    model.begin({ classes: [0, 1, 2, 3], newClasses: [0, 1, 2, 3] }, 1);
    // More rows than a batch, and not a multiple of it.
    const rows = Uint32Array.from({ length: 201 }, (_, row) => row);
    const fisher = await fisherInformation(model, data.train.select(rows), { fisher: 'exact' }, randomStream(2));

    const x = new Float32Array(rows.length * 16);
    data.train.copyRows(rows, x);
    const logits = await model.logits(x, rows.length);
    const expected = new Float64Array(16 * 4);
    const ofBias = new Float64Array(4);
    for (let row = 0; row < rows.length; row++) {
      const e = [0, 1, 2, 3].map((c) => Math.exp(logits[4 * row + c] ?? 0));
      const total = e.reduce((a, b) => a + b);
      e.forEach((value, c) => {
        const variance = (value / total) * (1 - value / total);
        ofBias[c] = (ofBias[c] ?? 0) + variance / rows.length;
        for (let j = 0; j < 16; j++) {
          expected[4 * j + c] = (expected[4 * j + c] ?? 0) + ((x[16 * row + j] ?? 0) ** 2 * variance) / rows.length;
        }
      });
    }
    const { 'classifier/0/kernel': kernel, 'classifier/0/bias': bias } = fisher;
    kernel?.data.forEach((value, i) => expect(value).to.be.closeTo(expected[i] ?? NaN, 1e-6));
    bias?.data.forEach((value, c) => expect(value).to.be.closeTo(ofBias[c] ?? NaN, 1e-6));
    expect([kernel?.data.length, bias?.data.length]).to.deep.equal([64, 4]);
    model.dispose();
  });
});

describe('what is called Fisher information, of two samples and two classes by hand', () => {
  // b = (log 3, 0) and w = 0: p = (3/4, 1/4) for any x. ∂ log p(y|x)/∂w_c = x·(1[y = c] − p_c): ±1/4·x for y = 0, ∓3/4·x for y = 1.
  const samples = valuesWithLabels([1, 0], [2, 1]);
  const cases = {
    // x²·(3/4·(1/4)² + 1/4·(3/4)²) = 3/16·x², and the mean of x² is 5/2.
    exact: (3 / 16) * (5 / 2),
    // (1²·(1/4)² + 2²·(3/4)²)/2.
    empirical: (1 / 16 + 4 * (9 / 16)) / 2,
    // The mean first: (1/4 − 2·3/4)/2 = −5/8.
    batched: 25 / 64,
  };
  for (const [fisher, expected] of Object.entries(cases) as [keyof typeof cases, number][]) {
    it(`${fisher}: ${expected}, the same for both classes`, async () => {
      const model = await linearModel([0, 0], [Math.log(3), 0]);
      const { 'classifier/0/kernel': kernel } = await fisherInformation(model, samples, { fisher }, randomStream(1));
      kernel?.data.forEach((value) => expect(value).to.be.closeTo(expected, 1e-6));
      expect(kernel?.data).to.have.length(2);
      model.dispose();
    });
  }

  it('sample: each label drawn by its probability, so that the mean is that of exact', async () => {
    const model = await linearModel([0, 0], [Math.log(3), 0]);
    const many = valuesWithLabels(...Array.from({ length: 4000 }, () => [1, 0] as const));
    const { 'classifier/0/kernel': kernel } = await fisherInformation(
      model,
      many,
      { fisher: 'sample' },
      randomStream(1),
    );
    // 1/16 with probability 3/4, 9/16 with 1/4: 3/16 ± √(3/64)/√4000 = ± .0034.
    kernel?.data.forEach((value) => expect(value).to.be.closeTo(3 / 16, 3 * 0.0034));
    // Each is one of the two, and both come.
    expect(kernel?.data[0]).to.not.be.closeTo(1 / 16, 0.01);
    model.dispose();
  });

  it('expects over the classes of the task alone where they alone compete, and over all outputs where all do', async () => {
    const of = async (outputs: 'task' | 'all', classCount: number, biases: readonly number[]) => {
      const model = await linearModel(
        biases.map(() => 0),
        biases,
        { outputs, classCount },
      );
      if (outputs === 'task') model.begin({ classes: [1, 2], newClasses: [] }, 1);
      const found = await fisherInformation(model, valuesWithLabels([1, 1]), { fisher: 'exact' }, randomStream(1));
      model.dispose();
      return [...(found['classifier/0/bias']?.data ?? [])];
    };
    // p = (1/2, 1/2) of the task's classes: p·(1 − p) = 1/4; the first has no part.
    (await of('task', 3, [5, 1, 1])).forEach((value, c) => expect(value).to.be.closeTo([0, 0.25, 0.25][c] ?? 1, 1e-6));
    // p = 1/3 of all, 2/9 each.
    (await of('all', 3, [1, 1, 1])).forEach((value) => expect(value).to.be.closeTo(2 / 9, 1e-6));
  });
});
