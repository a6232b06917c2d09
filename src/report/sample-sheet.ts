import { encode } from 'fast-png';
import { ReverieError } from '../core/errors.js';
import { Canvas, type Colour } from './canvas.js';
import { drawPicture, mostPixels, pictureScale, type PictureSize } from './picture.js';

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
