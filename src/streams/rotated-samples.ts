import type { Samples } from '../core/dataset.js';
import { ReverieError } from '../core/errors.js';
import { formatShape, type Shape } from '../core/tensor.js';
import { SampleView } from './sample-view.js';

/**
 * A view of images that are turned around their centre, counter-clockwise: each pixel is the bilinear mean of the four that
 * it comes from; what comes from outside the image is 0. Costs four products a value when samples are read.
 *
 * @param degrees the samples themselves where it is 0
 * @throws ReverieError `bad-scenario` for samples that are no images, [height, width, channels]
 */
export function rotatedSamples(samples: Samples, degrees: number): Samples {
  if (samples.shape.length !== 3) {
    throw new ReverieError(
      'bad-scenario',
      `samples of the shape ${formatShape(samples.shape)} cannot be rotated; expected images [height, width, channels]; ` +
        'give transform: permuted',
    );
  }
  return degrees === 0 ? samples : new RotatedSamples(samples, sourcesOf(samples.shape, degrees));
}

/** Of each pixel the four that it comes from, and their weights; those outside have weight 0. */
interface Sources {
  readonly pixels: Int32Array;
  readonly weights: Float64Array;
}

class RotatedSamples extends SampleView {
  readonly #row: Float32Array;

  constructor(
    base: Samples,
    private readonly sources: Sources,
  ) {
    super(base);
    this.#row = new Float32Array(base.width);
  }

  override copyRows(rows: ArrayLike<number>, out: Float32Array, at = 0): void {
    this.base.copyRows(rows, out, at);
    const channels = this.shape[2] ?? 1;
    const { pixels, weights } = this.sources;
    for (let i = at; i < at + rows.length; i++) {
      const row = out.subarray(i * this.width, (i + 1) * this.width);
      this.#row.set(row);
      for (let j = 0; j < row.length; j++) {
        const from = 4 * Math.floor(j / channels);
        let sum = 0;
        for (let k = from; k < from + 4; k++)
          sum += (weights[k] ?? 0) * (this.#row[(pixels[k] ?? 0) * channels + (j % channels)] ?? 0);
        row[j] = sum;
      }
    }
  }

  select(rows: ArrayLike<number>): Samples {
    return new RotatedSamples(this.base.select(rows), this.sources);
  }
}

function sourcesOf([height = 1, width = 1]: Shape, degrees: number): Sources {
  const angle = (degrees * Math.PI) / 180;
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  const [middleY, middleX] = [(height - 1) / 2, (width - 1) / 2];
  const pixels = new Int32Array(4 * height * width);
  const weights = new Float64Array(4 * height * width);
  for (let at = 0; at < height * width; at++) {
    const [dy, dx] = [Math.floor(at / width) - middleY, (at % width) - middleX];
    const [y, x] = [exact(middleY + sin * dx + cos * dy), exact(middleX + cos * dx - sin * dy)];
    const [top, left] = [Math.floor(y), Math.floor(x)];
    for (let k = 0; k < 4; k++) {
      const [row, column] = [top + (k >> 1), left + (k & 1)];
      if (row < 0 || row >= height || column < 0 || column >= width) continue;
      pixels[4 * at + k] = row * width + column;
      weights[4 * at + k] = (1 - Math.abs(y - row)) * (1 - Math.abs(x - column));
    }
  }
  return { pixels, weights };
}

/** Without what rounding adds to right angles, so that they move pixels and mix none. */
function exact(place: number): number {
  return Math.round(place * 1e9) / 1e9;
}
