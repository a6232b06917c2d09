import { expect } from 'chai';
import type { TensorMap } from '../../src/core/tensor.js';
import { gradients } from '../../src/engine/graph/gradients.js';
import { feed, variable } from '../../src/engine/graph/ops.js';
import { quadraticPenalty } from '../../src/learners/quadratic-penalty.js';
import { engineForTest } from '../engine/engines-under-test.js';

describe('a quadratic penalty', () => {
  const tensor = (shape: readonly number[], ...values: number[]) => ({ shape, data: Float32Array.from(values) });

  it('is w·Σ_k Σ_i Ω_i^k·(θ_i − θ_i^k)² with its gradient; outputs that came later are free', async () => {
    const engine = await engineForTest();
    // A head [1, 2] that has grown to [1, 3]: the first anchor knew two outputs.
    const theta: TensorMap = { w: tensor([1, 3], 1, 2, 3) };
    const anchors = [
      { values: { w: tensor([1, 2], 0, 1) }, importance: { w: tensor([1, 2], 2, 3) } },
      { values: { w: tensor([1, 3], 2, 2, 1) }, importance: { w: tensor([1, 3], 1, 4, 5) } },
    ];
    const weight = 5;
    const term = quadraticPenalty(anchors, weight);
    const w = variable('w', [1, 3]);
    const fixed = term.anchors?.(theta) ?? {};
    const x = feed('x', [1, 1]);
    const loss = term.build({ x, features: x, logits: x, outputs: x, parameters: [w], logitsOf: (other) => other }, 1);
    const [gradient = w] = gradients(loss, [w]);
    const program = await engine.compile({ fetches: { loss, gradient } });
    const values = engine.variables({ ...theta, ...fixed });
    const out = await program.run({}, values);
    // k = 1: 2·(1−0)² + 3·(2−1)² = 5; k = 2: 1·(1−2)² + 4·0 + 5·(3−1)² = 21
    expect(out['loss']?.[0]).to.be.closeTo(weight * 26, 1e-3);
    // 2w·Σ_k Ω·(θ − θ^k): 2·1 + 1·(−1) = 1; 3·1 + 0 = 3; 5·2 = 10
    out['gradient']?.forEach((value, i) => expect(value).to.be.closeTo([10, 30, 100][i] ?? NaN, 1e-4));
    program.dispose();
    values.dispose();
  });
});
