import { expect } from 'chai';
import { randomStream } from '../../../src/core/random.js';
import {
  drawGaussian,
  factorLength,
  fitGaussian,
  noiseLength,
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
