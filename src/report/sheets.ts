import { encode } from 'fast-png';
import { ReverieError } from '../core/errors.js';
import {
  Canvas,
  drawPicture,
  mostPixels,
  pictureScale,
  digitsSize,
  drawDigits,
  type Colour,
  type PictureSize,
} from './picture.js';

const gap = 4;
const background: Colour = [24, 26, 32];

/**
 * Samples as a picture, `columns` of them next to each other, row after row.
 *
 * @param features rows of values, 0 black and 1 white; what lies beyond is drawn as the nearer of both
 * @param columns at least 1
 * @returns the bytes of a PNG file
 * @throws ReverieError `bad-shape` where features are no whole number of samples, or none; `bad-usage` for a sheet of
 *   more than 60 million pixels
 */
export function sampleSheet(features: Float32Array, picture: PictureSize, columns: number): Uint8Array {
  const count = features.length / (picture.height * picture.width * picture.channels);
  if (!Number.isInteger(count) || count === 0) {
    const size = `${picture.height} × ${picture.width} × ${picture.channels}`;
    throw new ReverieError(
      'bad-shape',
      `${features.length} values are not one or more samples of ${size}; give whole samples`,
    );
  }
  const scale = pictureScale(picture);
  const tile = { width: picture.width * scale + gap, height: picture.height * scale + gap };
  const [width, height] = [gap + columns * tile.width, gap + Math.ceil(count / columns) * tile.height];
  if (width * height > mostPixels) {
    throw new ReverieError(
      'bad-usage',
      `${count} samples make a picture of ${width} × ${height} pixels, expected at most ${mostPixels} pixels; draw fewer`,
    );
  }
  const canvas = new Canvas(width, height, background);
  for (let i = 0; i < count; i++) {
    const [left, top] = [gap + (i % columns) * tile.width, gap + Math.floor(i / columns) * tile.height];
    drawPicture(canvas, features, i, picture, left, top, scale);
  }
  return encode({ width, height, data: canvas.pixels, channels: 3, depth: 8 });
}

/** Where walks are after a jump: a row of values, and the class that the teacher takes it for, for each walk. */
export interface WalkStep {
  /** One row of values for each walk, 0 black and 1 white; what lies beyond is drawn as the nearer of both. */
  readonly features: Float32Array;
  readonly labels: Int32Array;
}

const blockGap = 20;
const digitScale = 2;
const dim: Colour = [128, 134, 148];
const same: Colour = [235, 238, 245];
const changed: Colour = [255, 168, 60];

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
  const scale = pictureScale(picture);
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
