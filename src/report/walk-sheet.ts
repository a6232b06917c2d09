import { encode } from 'fast-png';
import { ReverieError } from '../core/errors.js';
import { formatShape, type Shape } from '../core/tensor.js';
import { digitsSize, drawDigits } from './bitmap-digits.js';
import { Canvas, type Colour } from './canvas.js';

/** Where walks are after a jump: a row of values, and the class that the teacher takes it for, for each walk. */
export interface WalkStep {
  /** One row of values for each walk, 0 black and 1 white; what lies beyond is drawn as the nearer of both. */
  readonly features: Float32Array;
  readonly labels: Int32Array;
}

/** Height, width and channels of a sample that is a picture. */
export interface PictureSize {
  readonly height: number;
  readonly width: number;
  readonly channels: 1 | 3;
}

/** A picture's sides are made at least so many pixels long, by whole factors: digits of MNIST are hard to see at 28. */
const leastSide = 56;
/** Pixels of a sheet at most; as bytes three times that. */
const mostPixels = 60_000_000;
const gap = 4;
const blockGap = 20;
const digitScale = 2;

const background: Colour = [24, 26, 32];
const dim: Colour = [128, 134, 148];
const same: Colour = [235, 238, 245];
const changed: Colour = [255, 168, 60];

/**
 * How samples of this shape are drawn: `[height, width]`, or with a last axis of one channel (grey) or three (red, green,
 * blue).
 *
 * @throws ReverieError `bad-usage` where they are no pictures
 */
export function pictureSize(shape: Shape): PictureSize {
  const [height = 0, width = 0, channels = 1] = shape;
  if ((shape.length === 2 || shape.length === 3) && (channels === 1 || channels === 3)) {
    return { height, width, channels };
  }
  throw new ReverieError(
    'bad-usage',
    `samples of shape ${formatShape(shape)} are no pictures, expected [height, width], [height, width, 1] or ` +
      '[height, width, 3]; --npy writes them as numbers',
  );
}

/**
 * Walks as a picture: each row is a walk, each column a jump, with its number above, from 0, the start. Where they are many
 * they stand in several blocks side by side, to be read one after the other. Under each tile is the class that the teacher
 * takes it for, in orange where that is another than one jump before.
 *
 * @param steps of the same walks, the start first
 * @returns the bytes of a PNG file
 * @throws ReverieError `bad-usage` for a sheet of more than 60 million pixels
 */
export function walkSheet(steps: readonly WalkStep[], picture: PictureSize): Uint8Array {
  const { scale, tile, text, cell, blocks, walksPerBlock, width, height } = layout(steps, picture);
  const canvas = new Canvas(width, height, background);
  for (const [jump, step] of steps.entries()) {
    const write = (number: number, left: number, top: number, colour: Colour): void => {
      const indent = Math.floor((cell.width - gap - digitsSize(String(number), digitScale).width) / 2);
      drawDigits(canvas, String(number), left + indent, top, digitScale, colour);
    };
    const leftOf = (block: number): number => gap + block * (steps.length * cell.width + blockGap) + jump * cell.width;
    for (let block = 0; block < blocks; block++) write(jump, leftOf(block), gap, dim);
    const earlier = steps[jump - 1]?.labels ?? step.labels;
    for (const [walk, label] of step.labels.entries()) {
      const left = leftOf(Math.floor(walk / walksPerBlock));
      const top = text.height + 2 * gap + (walk % walksPerBlock) * cell.height;
      const indent = Math.floor((cell.width - gap - tile.width) / 2);
      drawPicture(canvas, step.features, walk, picture, left + indent, top, scale);
      write(label, left, top + tile.height + gap, label === earlier[walk] ? same : changed);
    }
  }
  return encode({ width, height, data: canvas.pixels, channels: 3, depth: 8 });
}

/** Where things are on the sheet; all in pixels but for `scale`, by which a picture is enlarged. */
function layout(steps: readonly WalkStep[], picture: PictureSize) {
  const walks = steps[0]?.labels.length ?? 0;
  const scale = Math.max(1, Math.ceil(leastSide / Math.max(picture.height, picture.width)));
  const largest = steps.reduce((most, { labels }) => labels.reduce((a, b) => Math.max(a, b), most), steps.length - 1);
  const text = digitsSize(String(largest), digitScale);
  const tile = { width: picture.width * scale, height: picture.height * scale };
  const cell = { width: Math.max(tile.width, text.width) + gap, height: tile.height + text.height + 2 * gap };
  // As many blocks as make the sheet about as wide as it is high.
  const square = Math.round(Math.sqrt((walks * cell.height) / (steps.length * cell.width)));
  const walksPerBlock = Math.ceil(walks / Math.max(1, square));
  const blocks = Math.ceil(walks / walksPerBlock);
  const width = gap + blocks * steps.length * cell.width + (blocks - 1) * blockGap;
  const height = text.height + 2 * gap + walksPerBlock * cell.height;
  if (width * height > mostPixels) {
    throw new ReverieError(
      'bad-usage',
      `${walks} walks of ${steps.length - 1} jumps make a picture of ${width} × ${height} pixels, expected at most ` +
        `${mostPixels} pixels; give a smaller --count`,
    );
  }
  return { scale, tile, text, cell, blocks, walksPerBlock, width, height };
}

function drawPicture(
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
