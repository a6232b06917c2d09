import { expect } from 'chai';
import fc from 'fast-check';
import { randomStream } from '../../../src/core/random.js';
import {
  drawGaussian,
  factorLength,
  fitGaussian,
  noiseLength,
  lowRankFactor,
  type Covariance,
} from '../../../src/memory/sampling/gaussian.js';

/** 20,000 points x = (u, 2u + v) with u, v ~ N(0, 1): mean 0, covariance [[1, 2], [2, 5]]; shifted by (3, −1). */
const count = 20_000;
const random = randomStream(4);
const codes = new Float32Array(2 * count);
for (let i = 0; i < count; i++) {
  const [u, v] = [random.normal(), random.normal()];
  codes.set([3 + u, -1 + 2 * u + v], 2 * i);
}
const rows = Array.from({ length: count }, (_, i) => i);

function drawnMoments(covariance: Covariance): { mean: number[]; variances: number[]; correlation: number } {
  const gaussian = fitGaussian(codes, rows, 2, covariance, random);
  const noise = new Float32Array(noiseLength(2, covariance));
  const drawn = new Float32Array(2 * count);
  for (let i = 0; i < count; i++) drawGaussian(gaussian, covariance, random, noise, drawn, 2 * i);
  const mean = [0, 1].map((axis) => rows.reduce((sum, i) => sum + (drawn[2 * i + axis] ?? 0), 0) / count);
  const moment = (a: number, b: number): number =>
    rows.reduce(
      (sum, i) => sum + ((drawn[2 * i + a] ?? 0) - (mean[a] ?? 0)) * ((drawn[2 * i + b] ?? 0) - (mean[b] ?? 0)),
      0,
    ) / count;
  const variances = [moment(0, 0), moment(1, 1)];
  return { mean, variances, correlation: moment(0, 1) / Math.sqrt((variances[0] ?? 1) * (variances[1] ?? 1)) };
}

describe('a Gaussian on codes', () => {
  it('with full covariance draws what it was fitted to', () => {
    const { mean, variances, correlation } = drawnMoments({ kind: 'full' });
    // Standard errors at n = 20,000: mean √(5/n) = 0.016, variance 5·√(2/n) = 0.05; both fits and draws err, so four of them.
    expect(mean[0]).to.be.closeTo(3, 0.06);
    expect(mean[1]).to.be.closeTo(-1, 0.1);
    expect(variances[0]).to.be.closeTo(1, 0.06);
    expect(variances[1]).to.be.closeTo(5, 0.3);
    expect(correlation).to.be.closeTo(2 / Math.sqrt(5), 0.01);
  });

  it('with diagonal covariance keeps the variances and drops the correlation', () => {
    const { variances, correlation } = drawnMoments({ kind: 'diagonal' });
    expect(variances[1]).to.be.closeTo(5, 0.3);
    expect(correlation).to.be.closeTo(0, 0.04);
  });

  it('can be fitted to a single point, and draws it but for the ridge', () => {
    const gaussian = fitGaussian(Float32Array.of(1, 2, 3), [0], 3, { kind: 'full' }, random);
    const drawn = new Float32Array(3);
    drawGaussian(gaussian, { kind: 'full' }, randomStream(1), new Float32Array(3), drawn, 0);
    // The ridge of 1e-4 is a standard deviation of 0.01; five of them.
    [1, 2, 3].forEach((value, i) => expect(drawn[i]).to.be.closeTo(value, 0.05));
  });

  it('takes n(n + 1)/2 values for a full factor, n for a diagonal one', () => {
    expect(factorLength(100, { kind: 'full' })).to.equal(5050);
    expect(factorLength(100, { kind: 'diagonal' })).to.equal(100);
    expect(fitGaussian(codes, rows.slice(0, 5), 2, { kind: 'full' }, random).factor).to.have.length(3);
  });
});

/** Entry (i, j) of V·Vᵀ. */
function entry(v: Float64Array, rank: number, i: number, j: number): number {
  let sum = 0;
  for (let c = 0; c < rank; c++) sum += (v[i * rank + c] ?? 0) * (v[j * rank + c] ?? 0);
  return sum;
}

/** B·Bᵀ for B of n × k values, its lower triangle packed row by row. */
function packedSquare(b: readonly number[], n: number, k: number): Float64Array {
  const packed: number[] = [];
  for (let i = 0; i < n; i++) for (let j = 0; j <= i; j++) packed.push(entry(Float64Array.from(b), k, i, j));
  return Float64Array.from(packed);
}

describe('a low-rank factor', () => {
  it('gives the whole matrix where its rank is low enough', () => {
    // B of 4 × 2 values, so that B·Bᵀ has rank 2; taken off a page of random digits.
    const s = packedSquare([3, 1, -2, 4, 0, 5, 1, 1], 4, 2);
    const v = lowRankFactor(s, 4, 2, randomStream(1));
    for (let i = 0, at = 0; i < 4; i++)
      for (let j = 0; j <= i; j++, at++) expect(entry(v, 2, i, j)).to.be.closeTo(s[at] ?? NaN, 1e-9);
  });

  it('takes the directions of most variance', () => {
    // Two values that go together with variance 10 in all, next to one of variance 6 that goes with nothing: the first
    // direction is (1, 1, 0)/√2 of eigenvalue 10.
    const v = lowRankFactor(Float64Array.of(5, 5, 5, 0, 0, 6), 3, 1, randomStream(2));
    [Math.sqrt(5), Math.sqrt(5), 0].forEach((wanted, i) => expect(Math.abs(v[i] ?? NaN)).to.be.closeTo(wanted, 0.01));
  });

  it('never explains more variance than there is', () => {
    const matrix = fc.array(fc.integer({ min: -9, max: 9 }), { minLength: 25, maxLength: 25 });
    fc.assert(
      fc.property(matrix, fc.integer({ min: 1, max: 4 }), fc.integer(), (b, rank, seed) => {
        const s = packedSquare(b, 5, 5);
        const v = lowRankFactor(s, 5, rank, randomStream(seed));
        for (let i = 0; i < 5; i++)
          expect(entry(v, rank, i, i)).to.be.at.most((s[(i * (i + 1)) / 2 + i] ?? 0) * (1 + 1e-9) + 1e-9);
      }),
      { seed: 4, numRuns: 200 },
    );
  });
});

describe('a Gaussian with low-rank covariance', () => {
  const covariance = { kind: 'low-rank', rank: 1 } as const;

  it('keeps all variances and its leading correlation', () => {
    // x = (u, u + v, w) with u ~ N(0, 4), v and w ~ N(0, 1): variances 4, 5, 1; the first two go together.
    const random = randomStream(3);
    const count = 20_000;
    const codes = new Float32Array(3 * count);
    for (let i = 0; i < count; i++) {
      const u = 2 * random.normal();
      codes.set([u, u + random.normal(), random.normal()], 3 * i);
    }
    const rows = Array.from({ length: count }, (_, i) => i);
    const gaussian = fitGaussian(codes, rows, 3, covariance, random);
    const drawn = new Float32Array(3 * count);
    const noise = new Float32Array(noiseLength(3, covariance));
    for (let i = 0; i < count; i++) drawGaussian(gaussian, covariance, random, noise, drawn, 3 * i);
    const moment = (a: number, b: number): number =>
      rows.reduce((sum, i) => sum + (drawn[3 * i + a] ?? 0) * (drawn[3 * i + b] ?? 0), 0) / count;
    // Standard errors of fit and draws together √(4/n) = 0.014 of the variance; five of them.
    [4, 5, 1].forEach((variance, axis) => expect(moment(axis, axis)).to.be.closeTo(variance, 0.07 * variance));
    // The leading eigenvalue of [[4, 4], [4, 5]] is (9 + √65)/2 = 8.53, its vector (0.662, 0.750); what is kept off the
    // diagonal is 8.53 · 0.662 · 0.750 = 4.23.
    expect(moment(0, 1)).to.be.closeTo(4.23, 0.25);
    expect(moment(0, 2)).to.be.closeTo(0, 0.1);
  });

  it('takes d·(1 + rank) values next to the mean', () => {
    expect(factorLength(100, { kind: 'low-rank', rank: 4 })).to.equal(500);
    expect(fitGaussian(Float32Array.of(1, 2, 3, 4), [0, 1], 2, covariance, randomStream(1)).factor).to.have.length(4);
  });
});
