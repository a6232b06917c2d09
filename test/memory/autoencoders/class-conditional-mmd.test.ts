import { expect } from 'chai';
import { randomStream } from '../../../src/core/random.js';
import type { Engine } from '../../../src/engine/engine.js';
import { gradients } from '../../../src/engine/graph/gradients.js';
import type { GraphNode } from '../../../src/engine/graph/node.js';
import * as g from '../../../src/engine/graph/ops.js';
import { classConditionalMmd, mmdWeights } from '../../../src/memory/autoencoders/class-conditional-mmd.js';
import { engineForTest } from '../../engine/engines-under-test.js';

/** k(a, b) for one value each, as it is written in the literature: the mean over s of 2s/(2s + (a − b)²). */
function kernel(a: number, b: number): number {
  const scales = [0.1, 0.2, 0.5, 1, 2, 5, 10];
  return scales.reduce((total, s) => total + (2 * s) / (2 * s + (a - b) ** 2), 0) / scales.length;
}

describe('the class-conditional MMD', () => {
  let engine: Engine;
  before(async () => {
    engine = await engineForTest();
  });

  const mmdOf = (code: GraphNode, batch: number, width: number, draws: number): GraphNode =>
    classConditionalMmd(
      code,
      g.feed('noise', [draws, width]),
      g.feed('rows', [batch]),
      g.feed('pairs', [batch, batch]),
    );

  async function distance(code: Float32Array, width: number, labels: Int32Array, noise: Float32Array): Promise<number> {
    const [batch, draws] = [labels.length, noise.length / width];
    const weights = new Float32Array(batch).fill(1 / batch);
    const y = mmdOf(g.feed('code', [batch, width]), batch, width, draws);
    const program = await engine.compile({ fetches: { y } });
    const outcome = await program.run({ code, noise, ...mmdWeights(labels, weights) });
    program.dispose();
    return outcome['y']?.[0] ?? NaN;
  }

  it('is what the formula says, for classes of unequal size, of which one has a single row', async () => {
    const [z, n] = [Float32Array.of(0, 1, 3, 7), Float32Array.of(-1, 2)];
    // All w = ¼. Rows 0, 1 and 2 are of one class: p = ¾, q = 3/16, so that each of six pairs weighs ¾·(1/16)/(9/16 − 3/16).
    const pairs = 2 * (kernel(0, 1) + kernel(0, 3) + kernel(1, 3)) * (1 / 8);
    let across = 0;
    for (const a of [0, 1, 3]) for (const b of n) across += kernel(a, b) / 4;
    expect(await distance(z, 1, Int32Array.of(0, 0, 0, 1), n)).to.be.closeTo(pairs - (2 / 2) * across, 1e-6);
  });

  it('shrinks no codes that are N(0, I) already, however few rows a class has in a batch', async () => {
    // d/ds of the MMD of s·z at s = 1 is 0 on average; with the pairs of a row and itself it is far above.
    const [width, batch, draws, batches] = [16, 32, 64, 300];
    const labels = Int32Array.from({ length: batch }, (_, row) => Math.floor(row / 2));
    const weights = mmdWeights(labels, new Float32Array(batch).fill(1 / batch));
    const scale = g.variable('scale', []);
    const y = mmdOf(g.mul(g.feed('code', [batch, width]), scale), batch, width, draws);
    const [slope = y] = gradients(y, [scale]);
    const program = await engine.compile({ fetches: { slope } });
    const variables = engine.variables({ scale: { shape: [], data: Float32Array.of(1) } });
    const random = randomStream(5);
    const slopes: number[] = [];
    for (let i = 0; i < batches; i++) {
      const [code, noise] = [new Float32Array(batch * width), new Float32Array(draws * width)];
      random.fillNormal(code);
      random.fillNormal(noise);
      slopes.push((await program.run({ code, noise, ...weights }, variables))['slope']?.[0] ?? NaN);
    }
    program.dispose();
    variables.dispose();
    const mean = slopes.reduce((sum, value) => sum + value, 0) / batches;
    const error = Math.sqrt(slopes.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (batches - 1) / batches);
    expect(Math.abs(mean)).to.be.lessThan(4 * error);
    // The estimate is fine enough to find the bias: with pairs of a row and itself the mean is 0.16.
    expect(error).to.be.lessThan(0.01);
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
    const networks = Int32Array.from({ length: count }, (_, row) => ((codes[row * width] ?? 0) > 0 ? 1 : 0));
    const own = await distance(codes, width, halves, noise);
    expect(await distance(codes, width, networks, noise)).to.be.greaterThan(own + 0.05);
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

describe('weights of the MMD', () => {
  it('are 0 for a row and itself, and those of a class sum to its share', () => {
    const { rows, pairs } = mmdWeights(Int32Array.of(5, 7, 5, 7), Float32Array.of(0.25, 0.25, 0.25, 0.25));
    // Each class has half of the weight, and two pairs of different rows.
    expect([...rows]).to.deep.equal([0.25, 0.25, 0.25, 0.25]);
    expect([...pairs]).to.deep.equal([0, 0, 0.25, 0, 0, 0, 0, 0.25, 0.25, 0, 0, 0, 0, 0.25, 0, 0]);
  });

  it('leave out a class of which only one row weighs anything', () => {
    const { rows, pairs } = mmdWeights(Int32Array.of(5, 7, 5), Float32Array.of(0.5, 0.5, 0));
    expect([...rows, ...pairs].every((weight) => weight === 0)).to.equal(true);
  });
});
