import { expect } from 'chai';
import { randomStream } from '../../../src/core/random.js';
import {
  classInformation,
  mutualInformation,
  neighbourhoodInformation,
  sampleInformation,
} from '../../../src/metrics/representation/mutual-information.js';
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

  it('is about 0 for constant rows, which say nothing', () => {
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

describe('the information between codes and samples', () => {
  it('is that of Gaussians where both are of one value', () => {
    const { x, y } = correlated(0.9, 1, 8);
    expect(sampleInformation(x, y, count).overall).to.be.closeTo(-0.5 * Math.log(1 - 0.9 ** 2), 0.1);
  });

  it('does not depend on the unit of either side', () => {
    const { x, y } = correlated(0.8, 2, 9);
    const scaled = sampleInformation(
      x.map((value) => 1024 * value),
      y,
      count,
    );
    expect(scaled).to.deep.equal(sampleInformation(x, y, count));
  });

  it('is about 0 for codes that are drawn without looking at samples, over all rows and in neighbourhoods', () => {
    const { x, y } = correlated(0, 2, 10);
    const { overall, local } = sampleInformation(x, y, count);
    expect(overall).to.be.closeTo(0, 0.1);
    expect(local).to.be.closeTo(0, 0.1);
  });

  it('falls in neighbourhoods, and hardly over all rows, where codes keep their class but are exchanged within it', () => {
    // Ten tight groups far apart: what group a sample is of is log 10 = 2.30, where in it is what is lost.
    const random = randomStream(11);
    const samples = Float32Array.from({ length: 2 * count }, (_, i) => (Math.floor(i / 2) % 10) * (1 - (i % 2)));
    const noise = new Float32Array(2 * count);
    random.fillNormal(noise);
    const x = samples.map((value, i) => value + 0.01 * (noise[i] ?? 0));
    const exchanged = x.map((_, i) => x[(i + 20) % x.length] ?? 0);
    const [kept, lost] = [sampleInformation(x, x, count), sampleInformation(exchanged, x, count)];
    expect(lost.overall).to.be.closeTo(Math.log(10), 0.15);
    expect(lost.local).to.be.closeTo(0, 0.1);
    // ψ(51) − ψ(3) = 3.00 is all that 51 rows can show.
    expect(kept.local).to.be.greaterThan(1.5);
  });

  it('has no value in neighbourhoods where there are not so many rows', () => {
    const { x, y } = correlated(0.5, 1, 12);
    expect(sampleInformation(x.subarray(0, 40), y.subarray(0, 40), 40)).to.have.all.keys('overall');
  });
});

describe('the information between codes and classes', () => {
  const uniform = (from: (row: number) => number): { codes: Float32Array; labels: Int32Array } => {
    const random = randomStream(13);
    return {
      codes: Float32Array.from({ length: count }, (_, row) => from(row) + random.uniform()),
      labels: Int32Array.from({ length: count }, (_, row) => row % 2),
    };
  };

  it('is the entropy of classes that lie apart, and about 0 where codes are drawn without looking at them', () => {
    const apart = uniform((row) => 10 * (row % 2));
    expect(classInformation(apart.codes, apart.labels)).to.be.closeTo(Math.log(2), 0.01);
    const mixed = uniform(() => 0);
    expect(classInformation(mixed.codes, mixed.labels)).to.be.closeTo(0, 0.05);
  });

  it('is half of it for intervals that half overlap', () => {
    // In the half that both share a code says nothing; elsewhere all: ½·log 2.
    const { codes, labels } = uniform((row) => 0.5 * (row % 2));
    expect(classInformation(codes, labels)).to.be.closeTo(0.5 * Math.log(2), 0.05);
  });

  it('leaves out a row that is alone in its class, and exists for no such rows alone', () => {
    const { codes, labels } = uniform((row) => 10 * (row % 2));
    const [more, named] = [Float32Array.of(...codes, 5), Int32Array.of(...labels, 7)];
    expect(classInformation(more, named)).to.equal(classInformation(codes, labels));
    expect(classInformation(Float32Array.of(1, 2), Int32Array.of(0, 1))).to.equal(undefined);
  });
});
