import { ReverieError } from '../core/errors.js';
import { formatShape, type Shape } from '../core/tensor.js';
import type { Canvas, Colour } from './canvas.js';

/** Height, width and channels of a sample that is a picture. */
export interface PictureSize {
  readonly height: number;
  readonly width: number;
  readonly channels: 1 | 3;
}

/** A picture's sides are made at least so many pixels long, by whole factors: digits of MNIST are hard to see at 28. */
const leastSide = 56;
/** Pixels of a sheet at most; as bytes three times that. */
export const mostPixels = 60_000_000;

/**
 * How samples of this shape are drawn: `[height, width]`, or with a last axis of one channel (grey) or three (red, green,
 * blue).
 *
 * @param otherwise what to do with samples that are none, for the message
 * @throws ReverieError `bad-usage` where they are no pictures
 */
export function pictureSize(shape: Shape, otherwise?: string): PictureSize {
  const [height = 0, width = 0, channels = 1] = shape;
  if ((shape.length === 2 || shape.length === 3) && (channels === 1 || channels === 3)) {
    return { height, width, channels };
  }
  throw new ReverieError(
    'bad-usage',
    `samples of shape ${formatShape(shape)} are no pictures, expected [height, width], [height, width, 1] or ` +
      `[height, width, 3]${otherwise === undefined ? '' : `; ${otherwise}`}`,
  );
}

/** By which whole factor a picture of this size is enlarged. */
export function pictureScale({ height, width }: Pick<PictureSize, 'height' | 'width'>): number {
  return Math.max(1, Math.ceil(leastSide / Math.max(height, width)));
}

/** Draws row `row` of samples, its top left corner at the given place, enlarged by `scale`: 0 is black and 1 is white. */
export function drawPicture(
  canvas: Canvas,
  features: Float32Array,
  row: number,
  { height, width, channels }: PictureSize,
  left: number,
  top: number,
  scale: number,
): void {
  const first = row * height * width * channels;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const at = first + (y * width + x) * channels;
      const value = (channel: number): number =>
        Math.round(255 * Math.min(1, Math.max(0, features[at + channel] ?? 0)));
      const colour: Colour = channels === 1 ? [value(0), value(0), value(0)] : [value(0), value(1), value(2)];
      canvas.fill(left + x * scale, top + y * scale, scale, scale, colour);
    }
  }
}
