import { expect } from 'chai';
import { randomStream } from '../../src/core/random.js';
import { captureError } from '../support/capture-error.js';
import { RidgeStatistics } from '../../src/learners/ridge-statistics.js';

const [width, count, ridge] = [5, 60, 0.3];

/** Rows of three classes, and their features around a mean of each class's own. */
const labels = Int32Array.from({ length: count }, (_, row) => [4, 1, 6][row % 3] ?? 0);
const random = randomStream(3);
const features = Float32Array.from({ length: count * width }, (_, i) => {
  const row = Math.floor(i / width);
  return random.normal() + ((labels[row] ?? 0) === i % width ? 2 : 0);
});

/** Rows in this order, in batches of so many. */
function learnt(order: readonly number[], batch: number): RidgeStatistics {
  const statistics = new RidgeStatistics(width);
  for (let from = 0; from < order.length; from += batch) {
    const rows = order.slice(from, from + batch);
    statistics.add(
      Float32Array.from(rows.flatMap((row) => [...features.subarray(row * width, (row + 1) * width)])),
      Int32Array.from(rows, (row) => labels[row] ?? 0),
    );
  }
  return statistics;
}

/** The column of W of a class. */
function columnOf(statistics: RidgeStatistics, label: number): number[] {
  const { data } = statistics.classifier(ridge).weights;
  const [columns, at] = [statistics.classes.length, statistics.classes.indexOf(label)];
  return Array.from({ length: width }, (_, j) => data[j * columns + at] ?? NaN);
}

const inOrder = Array.from({ length: count }, (_, row) => row);
const byClass = inOrder.toSorted((a, b) => (a % 3) - (b % 3));

describe('the statistics of a ridge regression', () => {
  it('give the joint solution whatever the order of classes and the batches: Σφφᵀ·W + λW = ΣφYᵀ over all samples', () => {
    for (const [order, batch] of [
      [inOrder, 60],
      [byClass, 7],
      [byClass.toReversed(), 1],
    ] as const) {
      // prettier-ignore
      const statistics = learnt(order, batch);
      for (const label of [4, 1, 6]) {
        const w = columnOf(statistics, label);
        // The gradient of ½·Σ(φ·w − y)² + ½λ|w|² over all rows at once, which is 0 at the joint solution.
        const gradient = w.map((value, j) => {
          let sum = ridge * value;
          for (const row of inOrder) {
            const output = w.reduce((total, v, k) => total + v * (features[row * width + k] ?? NaN), 0);
            sum += (features[row * width + j] ?? NaN) * (output - (labels[row] === label ? 1 : 0));
          }
          return sum;
        });
        // W is rounded to float32.
        for (const value of gradient) expect(value).to.be.closeTo(0, 2e-5);
      }
    }
  });

  it('give the same W to the last places of float32 whatever the order', () => {
    const [a, b] = [learnt(inOrder, 13), learnt(byClass.toReversed(), 4)];
    for (const label of [4, 1, 6]) {
      columnOf(a, label).forEach((value, j) => expect(columnOf(b, label)[j]).to.be.closeTo(value, 1e-7));
    }
  });

  it('give what the recursive form does: R ← R − RXᵀ(I + XRXᵀ)⁻¹XR, W ← W + RXᵀ(Y − XW) from R = I/λ (ACIL)', () => {
    // Row by row, where the inverse is that of a number.
    const r = Array.from({ length: width }, (_, i) =>
      Array.from({ length: width }, (__, j) => (i === j ? 1 / ridge : 0)),
    );
    const w = new Array<number>(width).fill(0);
    for (const row of byClass) {
      const x = [...features.subarray(row * width, (row + 1) * width)];
      const rx = r.map((line) => line.reduce((sum, value, j) => sum + value * (x[j] ?? NaN), 0));
      const scale = 1 + rx.reduce((sum, value, j) => sum + value * (x[j] ?? NaN), 0);
      for (const [i, line] of r.entries())
        for (const j of line.keys()) line[j] = (line[j] ?? NaN) - ((rx[i] ?? NaN) * (rx[j] ?? NaN)) / scale;
      const error = (labels[row] === 1 ? 1 : 0) - w.reduce((sum, value, j) => sum + value * (x[j] ?? NaN), 0);
      for (const j of w.keys()) w[j] = (w[j] ?? NaN) + ((rx[j] ?? NaN) / scale) * error;
    }
    columnOf(learnt(byClass, 10), 1).forEach((value, j) => expect(value).to.be.closeTo(w[j] ?? NaN, 1e-6));
  });

  it('are solved again after new samples and after a restore, and for another λ', () => {
    const [statistics, atOnce] = [learnt(inOrder.slice(0, 30), 10), learnt(inOrder, 60)];
    const early = statistics.classifier(ridge);
    expect(statistics.classifier(ridge)).to.equal(early);
    statistics.add(features.slice(30 * width), labels.slice(30));
    const late = statistics.classifier(ridge);
    expect(late).not.to.deep.equal(early);
    late.weights.data.forEach((value, i) =>
      expect(value).to.be.closeTo(atOnce.classifier(ridge).weights.data[i] ?? NaN, 1e-7),
    );
    expect(statistics.classifier(2 * ridge)).not.to.deep.equal(late);
    statistics.restore(atOnce.save());
    expect(statistics.classifier(ridge)).to.deep.equal(atOnce.classifier(ridge)).and.not.deep.equal(early);
  });

  it('are saved to the last bit, though tensors hold single precision', () => {
    const [statistics, again] = [learnt(inOrder.slice(0, 40), 9), new RidgeStatistics(width)];
    again.restore(statistics.save());
    for (const one of [statistics, again]) one.add(features.slice(0, 2 * width), Int32Array.of(4, 9));
    expect(again.save()).to.deep.equal(statistics.save());
    expect(again.classifier(ridge)).to.deep.equal(statistics.classifier(ridge));
  });

  it('are refused where they are of another number of features', async () => {
    const error = await captureError(() => {
      new RidgeStatistics(width + 1).restore(learnt(inOrder, 60).save());
    });
    expect(error.message).to.match(/not of 6 features/);
  });

  it('say where λ is too small for what rounding leaves of fewer samples than features', async () => {
    const statistics = learnt([0, 1], 2);
    const error = await captureError(() => statistics.classifier(1e-30));
    expect(error.code).to.equal('diverged');
    expect(error.message).to.match(/give a larger ridge/);
  });
});
