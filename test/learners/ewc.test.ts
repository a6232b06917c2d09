import { expect } from 'chai';
import { randomStream } from '../../src/core/random.js';
import type { TensorMap } from '../../src/core/tensor.js';
import { gradients } from '../../src/engine/graph/gradients.js';
import { feed, variable } from '../../src/engine/graph/ops.js';
import { fisherInformation, quadraticPenalty } from '../../src/learners/ewc.js';
import { Model } from '../../src/learners/model.js';
import { engineForTest } from '../engine/engines-under-test.js';
import { data } from '../../src/testing/learning.js';

describe('the Fisher information of EWC', () => {
  it('of a linear softmax classifier is E x²·p(1 − p): the expectation over all classes, row by row', async () => {
    // ∂ log p(y|x)/∂W_jc = x_j·(1[y = c] − p_c), and E_y (1[y = c] − p_c)² = p_c·(1 − p_c).
    const options = { width: 16, hidden: [], learningRate: 0.01, loss: 'cross-entropy' } as const;
    const model = new Model(await engineForTest(), options, randomStream(1));
    model.begin({ classes: [0, 1, 2, 3], newClasses: [0, 1, 2, 3] }, 1);
    // More rows than a batch, and not a multiple of it.
    const rows = Uint32Array.from({ length: 201 }, (_, row) => row);
    const fisher = await fisherInformation(model, data.train, rows);

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

describe('the penalty of EWC', () => {
  const tensor = (shape: readonly number[], ...values: number[]) => ({ shape, data: Float32Array.from(values) });

  it('is λ/2·Σ_k Σ_i F_i^k·(θ_i − θ_i^k)² with its gradient; outputs that came later are free', async () => {
    const engine = await engineForTest();
    // A head [1, 2] that has grown to [1, 3]: the first anchor knew two outputs.
    const theta: TensorMap = { w: tensor([1, 3], 1, 2, 3) };
    const anchors = [
      { values: { w: tensor([1, 2], 0, 1) }, fisher: { w: tensor([1, 2], 2, 3) } },
      { values: { w: tensor([1, 3], 2, 2, 1) }, fisher: { w: tensor([1, 3], 1, 4, 5) } },
    ];
    const lambda = 10;
    const term = quadraticPenalty(anchors, lambda);
    const w = variable('w', [1, 3]);
    const fixed = term.anchors?.(theta) ?? {};
    const x = feed('x', [1, 1]);
    const loss = term.build({ x, features: x, logits: x, parameters: [w] }, 1);
    const [gradient = w] = gradients(loss, [w]);
    const program = await engine.compile({ fetches: { loss, gradient } });
    const values = engine.variables({ ...theta, ...fixed });
    const out = await program.run({}, values);
    // k = 1: 2·(1−0)² + 3·(2−1)² = 5; k = 2: 1·(1−2)² + 4·0 + 5·(3−1)² = 21
    expect(out['loss']?.[0]).to.be.closeTo((lambda / 2) * 26, 1e-3);
    // λ·Σ_k F·(θ − θ^k): 2·1 + 1·(−1) = 1; 3·1 + 0 = 3; 5·2 = 10
    out['gradient']?.forEach((value, i) => expect(value).to.be.closeTo([10, 30, 100][i] ?? NaN, 1e-4));
    program.dispose();
    values.dispose();
  });
});
