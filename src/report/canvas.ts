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
