import type { Canvas, Colour } from './canvas.js';

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
