import { expect } from 'chai';
import fc from 'fast-check';
import { randomStream } from '../../src/core/random.js';
import {
  compressionRatio,
  meanAbsoluteError,
  peakSignalToNoise,
  rootMeanSquaredError,
  structuralSimilarity,
} from '../../src/metrics/reconstruction.js';
import { captureError } from '../support/capture-error.js';
import { scikit } from './scikit.js';

const pairs = scikit.images.map(({ first, second, ...rest }) => ({
  a: Float32Array.from(first),
  b: Float32Array.from(second),
  ...rest,
}));

describe('errors of reconstructions', () => {
  const [a, b] = [Float32Array.of(0, 1, 2, 3), Float32Array.of(1, 1, 0, 6)];

  it('are means over values', () => {
    // |differences| 1, 0, 2, 3: (1 + 0 + 2 + 3) / 4; √((1 + 0 + 4 + 9) / 4)
    expect(meanAbsoluteError(a, b)).to.equal(1.5);
    expect(rootMeanSquaredError(a, b)).to.be.closeTo(Math.sqrt(3.5), 1e-12);
  });

  it('are those of scikit-learn and scikit-image', () => {
    for (const pair of pairs) {
      expect(meanAbsoluteError(pair.a, pair.b)).to.be.closeTo(pair.mae, 1e-12);
      expect(rootMeanSquaredError(pair.a, pair.b)).to.be.closeTo(pair.rmse, 1e-12);
      expect(peakSignalToNoise(pair.a, pair.b)).to.be.closeTo(pair.psnr, 1e-9);
    }
  });

  it('are, as peak signal to noise, 20 dB for an error of a tenth of the range, and 6 dB more in twice the range', () => {
    const [zeros, tenths] = [new Float32Array(7), new Float32Array(7).fill(0.1)];
    // 0.1 in float32 is 0.1·(1 + 1.5e-8)
    expect(peakSignalToNoise(zeros, tenths)).to.be.closeTo(20, 1e-6);
    expect(peakSignalToNoise(zeros, tenths, 2)).to.be.closeTo(20 + 20 * Math.log10(2), 1e-6);
    expect(peakSignalToNoise(zeros, zeros)).to.equal(Infinity);
  });

  it('refuse to compare nothing, or arrays of different lengths', async () => {
    for (const measure of [meanAbsoluteError, rootMeanSquaredError, peakSignalToNoise]) {
      const unequal = await captureError(() => measure(a, b.subarray(1)));
      expect([unequal.code, unequal.message]).to.deep.equal([
        'bad-shape',
        `${measure.name}: got 4 and 3 values; give it as many reconstructed values as original ones, at least one`,
      ]);
      expect((await captureError(() => measure(new Float32Array(), new Float32Array()))).code).to.equal('bad-shape');
    }
    expect((await captureError(() => peakSignalToNoise(a, b, 0))).message).to.match(/range of the values is 0/);
  });
});

describe('structural similarity', () => {
  it('is that of scikit-image', () => {
    for (const { a, b, ssim, ssimOfRange2, ...size } of pairs) {
      expect(structuralSimilarity(a, b, size)).to.be.closeTo(ssim, 1e-9);
      expect(structuralSimilarity(a, b, size, 2)).to.be.closeTo(ssimOfRange2, 1e-9);
    }
  });

  it('is 1 for an image and itself, and the same whichever of two is first', () => {
    for (const { a, b, ...size } of pairs) {
      expect(structuralSimilarity(a, a, size)).to.be.closeTo(1, 1e-12);
      expect(structuralSimilarity(a, b, size)).to.be.closeTo(structuralSimilarity(b, a, size), 1e-12);
    }
  });

  it('is the mean over images', () => {
    const size = { height: 11, width: 12 };
    const image = fc.array(fc.float({ min: 0, max: 1, noNaN: true }), { minLength: 132, maxLength: 132 });
    const property = fc.property(image, image, image, image, (a, b, c, d) => {
      const ssim = (x: readonly number[], y: readonly number[]): number =>
        structuralSimilarity(Float32Array.from(x), Float32Array.from(y), size);
      expect(ssim([...a, ...b], [...c, ...d])).to.be.closeTo((ssim(a, c) + ssim(b, d)) / 2, 1e-12);
      expect(ssim(a, b)).to.be.within(-1, 1);
    });
    fc.assert(property, { numRuns: 20 });
  });

  it('of images with channels is the mean over their channels, each taken as an image', () => {
    const random = randomStream(3);
    const [height, width, channels] = [11, 13, 3];
    const [a, b] = [1, 2].map(() =>
      Float32Array.from({ length: 2 * height * width * channels }, () => random.uniform()),
    );
    const channel = (images: Float32Array | undefined, c: number) =>
      images?.filter((_, i) => i % channels === c) ?? images;
    const ofChannel = (c: number): number => {
      const [x = new Float32Array(), y = new Float32Array()] = [channel(a, c), channel(b, c)];
      return structuralSimilarity(x, y, { height, width });
    };
    const [x = new Float32Array(), y = new Float32Array()] = [a, b];
    const colour = structuralSimilarity(x, y, { height, width, channels });
    expect(colour).to.be.closeTo((ofChannel(0) + ofChannel(1) + ofChannel(2)) / 3, 1e-12);
    // Interleaved channels are not one wide image.
    expect(colour).not.to.be.closeTo(structuralSimilarity(x, y, { height, width: width * channels }), 1e-3);
  });

  it('refuses images smaller than its window, and parts of images', async () => {
    const values = new Float32Array(100);
    const small = await captureError(() => structuralSimilarity(values, values, { height: 10, width: 10 }));
    expect(small.message).to.match(/images are 10 × 10, and must be at least 11 × 11/);
    const part = await captureError(() => structuralSimilarity(values, values, { height: 11, width: 11 }));
    expect(part.message).to.match(/100 values are no whole number of 11 × 11 images with 1 channel/);
  });
});

describe('the compression ratio', () => {
  it('is 24.5 for MNIST in 32 values, as in the study guide', () => {
    expect(compressionRatio(784, 32)).to.equal(24.5);
  });

  it('refuses codes without values', async () => {
    expect((await captureError(() => compressionRatio(784, 0))).message).to.match(/codes of 0 values/);
  });
});
