import { expect } from 'chai';
import { randomStream } from '../../../src/core/random.js';
import { mutualInformation, neighbourhoodInformation } from '../../../src/metrics/representation/mutual-information.js';
import { captureError } from '../../support/capture-error.js';

const count = 1000;

/** Pairs of `dimension` values, each pair of values Gaussian with correlation ρ, independent of the others. */
function correlated(rho: number, dimension: number, seed: number): { x: Float32Array; y: Float32Array } {
  const random = randomStream(seed);
  const x = new Float32Array(count * dimension);
  const y = new Float32Array(count * dimension);
  random.fillNormal(x);
  random.fillNormal(y);
  return { x, y: y.map((noise, i) => rho * (x[i] ?? 0) + Math.sqrt(1 - rho ** 2) * noise) };
}

describe('mutual information by nearest neighbours', () => {
  // I = −(d/2)·log(1 − ρ²). The estimator's spread over seeds at N = 1,000, k = 3 is 0.03 to 0.05 (Kraskov et al. 2004,
  // figures 4 and 5; over seeds 1 … 8 here at most 0.05); its bias is below that for one dimension, and grows with it.
  for (const [rho, dimension, tolerance] of [
    [0, 1, 0.1],
    [0.3, 1, 0.1],
    [0.6, 1, 0.1],
    [0.9, 1, 0.1],
    [-0.9, 1, 0.1],
    [0.99, 1, 0.12],
    [0, 2, 0.1],
    [0.6, 2, 0.12],
    [0.9, 2, 0.15],
    [0, 3, 0.1],
    [0.6, 3, 0.15],
  ] as const) {
    it(`is that of Gaussians of correlation ${rho} in ${dimension} dimension(s)`, () => {
      const { x, y } = correlated(rho, dimension, 4);
      const known = (-dimension / 2) * Math.log(1 - rho ** 2);
      expect(mutualInformation(x, y, count)).to.be.closeTo(known, tolerance);
    });
  }

  it('does not depend on the unit of both sides', () => {
    const { x, y } = correlated(0.8, 1, 5);
    const [a, b] = [x.map((value) => 1024 * value), y.map((value) => 1024 * value)];
    // A power of two changes no digit.
    expect(mutualInformation(a, b, count)).to.equal(mutualInformation(x, y, count));
  });

  it('is the same whichever side is first', () => {
    const { x, y } = correlated(0.5, 2, 6);
    expect(mutualInformation(x, y, count)).to.be.closeTo(mutualInformation(y, x, count), 1e-9);
  });

  it('is about 0 for constant rows, which tell nothing', () => {
    // ψ(N − 1) + ψ(N) − 2·ψ(N) = −1/(N − 1)
    const constant = new Float32Array(count).fill(3);
    expect(mutualInformation(constant, constant, count)).to.be.closeTo(-1 / (count - 1), 1e-9);
  });

  it('refuses more neighbours than there are', async () => {
    const error = await captureError(() => mutualInformation(Float32Array.of(1, 2), Float32Array.of(1, 2), 2, 2));
    expect(error.message).to.match(/k must be an integer from 1 to 1/);
  });
});

describe('the information between neighbouring codes', () => {
  it('falls with the dimension that codes fill, not with the values they have', () => {
    const dimension = 8;
    const { x } = correlated(0, dimension, 7);
    const filling = (columns: number): number =>
      neighbourhoodInformation(
        x.map((value, i) => (i % dimension < columns ? value : 0)),
        count,
      );
    // Seeds 1 … 3 of such codes gave 5.3, 4.9 and 3.0, spreads below 0.1.
    expect(filling(1) - filling(2)).to.be.greaterThan(0.2);
    expect(filling(2) - filling(8)).to.be.greaterThan(1);
  });

  it('is that of the pairs of each row and its nearest', () => {
    // Nearest: 0 → 1, 1 → 0, 5 → 7, 7 → 5
    const codes = Float32Array.of(0, 1, 5, 7);
    const pairs = mutualInformation(codes, Float32Array.of(1, 0, 7, 5), 4, 1);
    expect(neighbourhoodInformation(codes, 4, 1)).to.equal(pairs);
  });
});
