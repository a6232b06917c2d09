import { expect } from 'chai';
import { randomStream } from '../../src/core/random.js';
import { ClassStatistics } from '../../src/learners/class-statistics.js';
import { engineForTest } from '../engine/engines-under-test.js';

const width = 3;

/** Points of two classes around different means, in random order. */
function points(): { readonly features: Float32Array; readonly labels: Int32Array } {
  const random = randomStream(5);
  const labels = Int32Array.from({ length: 40 }, (_, i) => (i % 4 === 0 ? 7 : 9));
  const features = Float32Array.from(
    { length: 40 * width },
    (_, i) => ((labels[Math.floor(i / width)] ?? 0) === 7 ? 2 : -1) * (1 + (i % width)) + random.normal(),
  );
  return { features, labels };
}

describe('the class statistics of SLDA', () => {
  it('give linear discriminant analysis: W = M·((1 − ε)Σ + εI)⁻¹ with Σ the covariance within classes', async () => {
    const { features, labels } = points();
    const statistics = new ClassStatistics(await engineForTest(), width);
    for (let from = 0; from < 40; from += 7) {
      const rows = Math.min(7, 40 - from);
      await statistics.add(features.slice(from * width, (from + rows) * width), labels.slice(from, from + rows));
    }
    // By hand: means, and scatter about each class's own mean.
    const means = [7, 9].map((label) =>
      [0, 1, 2].map((j) => {
        const own = [...labels.keys()].filter((row) => labels[row] === label);
        return own.reduce((sum, row) => sum + (features[row * width + j] ?? 0), 0) / own.length;
      }),
    );
    const epsilon = 0.1;
    const sigma = [0, 1, 2].map((i) =>
      [0, 1, 2].map((j) => {
        const products = [...labels.keys()].map((row) => {
          const mean = means[labels[row] === 7 ? 0 : 1] ?? [];
          return (
            ((features[row * width + i] ?? 0) - (mean[i] ?? 0)) * ((features[row * width + j] ?? 0) - (mean[j] ?? 0))
          );
        });
        return (1 - epsilon) * (products.reduce((a, b) => a + b) / 40) + (i === j ? epsilon : 0);
      }),
    );
    const { weights, bias } = statistics.discriminant(epsilon);
    expect(statistics.classes).to.deep.equal([7, 9]);
    means.forEach((mean, c) => {
      const w = [0, 1, 2].map((j) => weights.data[j * 2 + c] ?? NaN);
      // Σ′·w = μ
      sigma.forEach((row, i) => {
        const product = row.reduce((sum, value, j) => sum + value * (w[j] ?? NaN), 0);
        expect(product).to.be.closeTo(mean[i] ?? NaN, 1e-4);
      });
      const half = mean.reduce((sum, value, j) => sum + value * (w[j] ?? NaN), 0) / 2;
      expect(bias.data[c]).to.be.closeTo(-half, 1e-3);
    });
    statistics.dispose();
  });

  it('are the same whatever the batches and the order, but for rounding', async () => {
    const { features, labels } = points();
    const engine = await engineForTest();
    const results: number[][] = [];
    for (const [size, reversed] of [
      [1, false],
      [40, false],
      [11, true],
    ] as const) {
      const statistics = new ClassStatistics(engine, width);
      for (let from = 0; from < 40; from += size) {
        const at = Array.from({ length: Math.min(size, 40 - from) }, (_, i) => (reversed ? 39 - from - i : from + i));
        await statistics.add(
          Float32Array.from(at.flatMap((row) => [...features.subarray(row * width, (row + 1) * width)])),
          Int32Array.from(at, (row) => labels[row] ?? -1),
        );
      }
      const { weights } = statistics.discriminant(1e-4);
      const column = statistics.classes.indexOf(9);
      results.push([0, 1, 2].map((j) => weights.data[j * 2 + column] ?? NaN));
      statistics.dispose();
    }
    for (const result of results.slice(1)) {
      result.forEach((value, j) => expect(value).to.be.closeTo(results[0]?.[j] ?? NaN, 1e-4));
    }
  });

  it('answer by all samples so far: what was solved before the last of them, or before a restore, is solved again', async () => {
    const { features, labels } = points();
    const engine = await engineForTest();
    const [statistics, atOnce] = [new ClassStatistics(engine, width), new ClassStatistics(engine, width)];
    await statistics.add(features.slice(0, 20 * width), labels.slice(0, 20));
    const early = statistics.discriminant(0.1);
    await statistics.add(features.slice(20 * width), labels.slice(20));
    await atOnce.add(features.slice(0, 20 * width), labels.slice(0, 20));
    await atOnce.add(features.slice(20 * width), labels.slice(20));
    expect(statistics.discriminant(0.1)).to.deep.equal(atOnce.discriminant(0.1)).and.not.deep.equal(early);
    expect(statistics.discriminant(0.5)).not.to.deep.equal(statistics.discriminant(0.1));
    const used = new ClassStatistics(engine, width);
    await used.add(features.slice(0, 6), Int32Array.of(7, 9));
    used.discriminant(0.1);
    used.restore(statistics.save());
    expect(used.discriminant(0.1)).to.deep.equal(statistics.discriminant(0.1));
    for (const one of [statistics, atOnce, used]) one.dispose();
  });

  it('are saved to the last bit, though tensors hold single precision', async () => {
    const { features, labels } = points();
    const engine = await engineForTest();
    const statistics = new ClassStatistics(engine, width);
    await statistics.add(features, labels);
    const again = new ClassStatistics(engine, width);
    again.restore(statistics.save());
    for (const one of [statistics, again]) await one.add(features.slice(0, 9), Int32Array.of(9, 7, 3));
    expect(again.save()).to.deep.equal(statistics.save());
    expect(again.discriminant(0.01)).to.deep.equal(statistics.discriminant(0.01));
    statistics.dispose();
    again.dispose();
  });
});
