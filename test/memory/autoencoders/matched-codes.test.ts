import { expect } from 'chai';
import { randomStream } from '../../../src/core/random.js';
import type { Engine } from '../../../src/engine/engine.js';
import * as g from '../../../src/engine/graph/ops.js';
import { distanceFromNoise, pairWeights } from '../../../src/memory/autoencoders/matched-codes.js';
import { engineForTest } from '../../engine/engines-under-test.js';

/** k(a, b) for one value each, as it is written in the literature: the mean over s of 2s/(2s + (a − b)²). */
function kernel(a: number, b: number): number {
  const scales = [0.1, 0.2, 0.5, 1, 2, 5, 10];
  return scales.reduce((total, s) => total + (2 * s) / (2 * s + (a - b) ** 2), 0) / scales.length;
}

describe('the distance of codes from noise', () => {
  let engine: Engine;
  before(async () => {
    engine = await engineForTest();
  });

  async function distance(code: Float32Array, width: number, labels: Int32Array, noise: Float32Array): Promise<number> {
    const [batch, draws] = [labels.length, noise.length / width];
    const weights = new Float32Array(batch).fill(1 / batch);
    const program = await engine.compile({
      fetches: {
        y: distanceFromNoise(
          g.feed('code', [batch, width]),
          g.feed('noise', [draws, width]),
          g.feed('weights', [batch]),
          g.feed('pairs', [batch, batch]),
        ),
      },
    });
    const { y } = await program.run({ code, noise, weights, pairs: pairWeights(labels, weights) });
    program.dispose();
    return y?.[0] ?? NaN;
  }

  it('is what the formula says, for two classes of unequal size', async () => {
    const [z, n] = [Float32Array.of(0, 1, 3), Float32Array.of(-1, 2)];
    // Rows 0 and 1 are of one class, p = 2/3, row 2 of another, p = 1/3; all w = 1/3.
    const same = (1 / 9 / (2 / 3)) * (2 * kernel(0, 0) + 2 * kernel(0, 1)) + (1 / 9 / (1 / 3)) * kernel(3, 3);
    let across = 0;
    for (const a of z) for (const b of n) across += kernel(a, b) / 3;
    const expected = same - (2 / 2) * across;
    expect(await distance(z, 1, Int32Array.of(0, 0, 1), n)).to.be.closeTo(expected, 1e-6);
  });

  it('is least where the codes of each class are noise, and more where classes share it out between them', async () => {
    const random = randomStream(1);
    const [count, width] = [400, 2];
    const draw = (): Float32Array => {
      const values = new Float32Array(count * width);
      random.fillNormal(values);
      return values;
    };
    const [noise, codes] = [draw(), draw()];
    const halves = Int32Array.from({ length: count }, (_, row) => row % 2);
    // Together they are N(0, I) all the same: each class has the half of it on its side.
    const sides = Int32Array.from({ length: count }, (_, row) => ((codes[row * width] ?? 0) > 0 ? 1 : 0));
    const own = await distance(codes, width, halves, noise);
    expect(await distance(codes, width, sides, noise)).to.be.greaterThan(own + 0.05);
    expect(
      await distance(
        codes.map((value) => 2 * value),
        width,
        halves,
        noise,
      ),
    ).to.be.greaterThan(own + 0.02);
    expect(
      await distance(
        codes.map((value) => value + 1),
        width,
        halves,
        noise,
      ),
    ).to.be.greaterThan(own + 0.05);
  });
});

describe('weights of pairs', () => {
  it('are those of rows of one class, and sum to the share of each', () => {
    const pairs = pairWeights(Int32Array.of(5, 7, 5), Float32Array.of(0.25, 0.5, 0.25));
    // Class 5 has half of the weight: ¼·¼ / ½ = ⅛ for each of its pairs; class 7: ½·½ / ½.
    expect([...pairs]).to.deep.equal([0.125, 0, 0.125, 0, 0.5, 0, 0.125, 0, 0.125]);
  });
});
