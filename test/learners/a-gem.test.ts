import { expect } from 'chai';
import { variable } from '../../src/engine/graph/ops.js';
import { projected } from '../../src/learners/a-gem.js';
import { engineForTest } from '../engine/engines-under-test.js';

/** What the projection makes of gradients in two parts. */
async function projection(g: readonly number[], r: readonly number[]): Promise<readonly number[]> {
  const engine = await engineForTest();
  const part = (name: string, values: readonly number[]) => ({
    [name]: { shape: [values.length], data: Float32Array.from(values) },
  });
  const values = engine.variables({
    ...part('g0', g.slice(0, 2)),
    ...part('g1', g.slice(2)),
    ...part('r0', r.slice(0, 2)),
    ...part('r1', r.slice(2)),
  });
  const [first, second] = projected(
    [variable('g0', [2]), variable('g1', [g.length - 2])],
    [variable('r0', [2]), variable('r1', [r.length - 2])],
  );
  if (first === undefined || second === undefined) throw new Error('two parts');
  const program = await engine.compile({ fetches: { first, second } });
  const out = await program.run({}, values);
  program.dispose();
  values.dispose();
  return [...(out['first'] ?? []), ...(out['second'] ?? [])];
}

describe('the projection of A-GEM', () => {
  it('takes off what speaks against the reference, over all parameters as one vector', async () => {
    // g·r = 1·0 + 2·0 + 3·(−1) = −3 < 0, r·r = 1: g − (−3)·r = (1, 2, 3 − 3)
    const [a, b, c] = await projection([1, 2, 3], [0, 0, -1]);
    expect([a, b]).to.deep.equal([1, 2]);
    expect(c).to.be.closeTo(0, 1e-6);
    // g·r = −4 + 1 = −3, r·r = 5: g + 0.6·r
    (await projection([4, 1, 0], [-1, 1, Math.sqrt(3)])).forEach((value, i) =>
      expect(value).to.be.closeTo([4 - 0.6, 1 + 0.6, 0.6 * Math.sqrt(3)][i] ?? NaN, 1e-6),
    );
  });

  it('leaves a gradient alone that agrees with the reference, though one part of it does not', async () => {
    // First part −1, second part +6: together 5 > 0.
    expect(await projection([1, 0, 2], [-1, 0, 3])).to.deep.equal([1, 0, 2]);
  });

  it('leaves it alone where the reference is zero', async () => {
    expect(await projection([1, -2, 2], [0, 0, 0])).to.deep.equal([1, -2, 2]);
  });
});
