import { ReverieError } from '../core/errors.js';
import { formatShape, type Shape } from '../core/tensor.js';

/** A colour: red, green and blue, each 0 … 255. */
export type Colour = readonly [red: number, green: number, blue: number];

/** A picture to draw upon: three bytes a pixel, row by row from the top left. */
export class Canvas {
  readonly pixels: Uint8Array;

  constructor(
    readonly width: number,
    readonly height: number,
    background: Colour,
  ) {
    this.pixels = new Uint8Array(width * height * 3);
    this.fill(0, 0, width, height, background);
  }

  /** Fills a rectangle; what lies outside the picture is left out. */
  fill(left: number, top: number, width: number, height: number, colour: Colour): void {
    for (let y = Math.max(0, top); y < Math.min(this.height, top + height); y++) {
      for (let x = Math.max(0, left); x < Math.min(this.width, left + width); x++) {
        this.pixels.set(colour, (y * this.width + x) * 3);
      }
    }
  }
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

/** The digits 0 to 9, five pixels wide and seven high; each string is one of the seven rows of all ten. */
const rows = [
  ' ###    #    ###   ###     #  #####  ###  #####  ###   ### ',
  '#   #  ##   #   # #   #   ##  #     #         # #   # #   #',
  '#  ##   #       #     #  # #  #     #        #  #   # #   #',
  '# # #   #      #    ##  #  #  ####  ####    #    ###   ####',
  '##  #   #     #       # #####     # #   #  #    #   #     #',
  '#   #   #    #    #   #    #      # #   #  #    #   #     #',
  ' ###   ###  #####  ###     #  ####   ###   #     ###   ### ',
] as const;

const digit = { width: 5, height: 7, advance: 6 } as const;

/** Width and height, in pixels, of a number that is drawn at this scale. */
export function digitsSize(text: string, scale: number): { readonly width: number; readonly height: number } {
  return { width: (text.length * digit.advance - 1) * scale, height: digit.height * scale };
}

/** Draws a number of decimal digits, its top left corner at the given place; each of its pixels is `scale` wide and high. */
export function drawDigits(
  canvas: Canvas,
  text: string,
  left: number,
  top: number,
  scale: number,
  colour: Colour,
): void {
  for (let place = 0; place < text.length; place++) {
    const from = Number(text[place]) * digit.advance;
    for (const [y, row] of rows.entries()) {
      for (let x = 0; x < digit.width; x++) {
        if (row[from + x] !== '#') continue;
        canvas.fill(left + (place * digit.advance + x) * scale, top + y * scale, scale, scale, colour);
      }
    }
  }
}
