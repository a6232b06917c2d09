import { expect } from 'chai';
import { decode } from 'fast-png';
import { pictureSize } from '../../src/report/picture.js';
import { sampleSheet, walkSheet } from '../../src/report/sheets.js';
import { captureError } from '../support/capture-error.js';

describe('a sheet of samples', () => {
  it('draws samples next to each other, row after row', () => {
    // Pictures of one pixel are drawn 56 × 56, with a gap of 4 around them.
    const { width, height, data } = decode(sampleSheet(Float32Array.of(0, 0.2, 0.6), pictureSize([1, 1]), 2));
    expect([width, height]).to.deep.equal([4 + 2 * 60, 4 + 2 * 60]);
    const grey = (x: number, y: number): number => data[(y * width + x) * 3] ?? -1;
    // 255 times the value; where a fourth would be, the background.
    expect([grey(30, 30), grey(90, 30), grey(30, 90), grey(90, 90)]).to.deep.equal([0, 51, 153, 24]);
  });

  it('is of whole samples', async () => {
    for (const length of [0, 5]) {
      const error = await captureError(() => sampleSheet(new Float32Array(length), pictureSize([2, 2]), 2));
      expect(error.message).to.equal(`${length} values are not one or more samples of 2 × 2 × 1; give whole samples`);
    }
  });

  it('is refused where it would be too large', async () => {
    const error = await captureError(() => sampleSheet(new Float32Array(100_000), pictureSize([1, 1]), 100));
    expect(error.message).to.match(/^100000 samples make a picture of 6004 × 60004 pixels, expected at most 60000000/);
  });
});

type Pixel = readonly [number, number, number];

const [orange, white]: readonly Pixel[] = [
  [255, 168, 60],
  [235, 238, 245],
];

/** The pixels of a PNG, and how often a colour is among those of a rectangle. */
function pictureIn(png: Uint8Array) {
  const { width, height, data, channels } = decode(png);
  expect(channels).to.equal(3);
  const at = (x: number, y: number): Pixel => {
    const from = (y * width + x) * 3;
    return [data[from] ?? -1, data[from + 1] ?? -1, data[from + 2] ?? -1];
  };
  const count = (colour: Pixel | undefined, left = 0, right = width): number => {
    let found = 0;
    for (let y = 0; y < height; y++) {
      for (let x = left; x < right; x++) if (at(x, y).every((value, i) => value === colour?.[i])) found++;
    }
    return found;
  };
  return { width, height, at, count };
}

describe('a sheet of walks', () => {
  // A tile of 2 × 2 pixels is drawn 28 times as large, 56 × 56, from 4 pixels to the right and, below the numbers of
  // 14 pixels and the gaps above and below them, 22 pixels down. The next tile is 60 pixels on.
  it('draws each value of a grey sample where it belongs', () => {
    const step = { features: Float32Array.of(0, 0.2, 0.6, 1), labels: Int32Array.of(3) };
    const { at } = pictureIn(walkSheet([step, step], pictureSize([2, 2, 1])));
    const centres = [14, 42];
    for (const left of [4, 64]) {
      const seen = centres.flatMap((y) => centres.map((x) => at(left + x, 22 + y)));
      // 255 times the value
      expect(seen).to.deep.equal([0, 51, 153, 255].map((value) => [value, value, value]));
    }
  });

  it('draws a sample of three channels in colour, and cuts what is beyond black and white', () => {
    const features = Float32Array.of(1, 0, 0.2, -3, 0.4, 7);
    const { at } = pictureIn(walkSheet([{ features, labels: Int32Array.of(0) }], pictureSize([1, 2, 3])));
    expect(at(10, 30)).to.deep.equal([255, 0, 51]);
    expect(at(50, 30)).to.deep.equal([0, 102, 255]);
  });

  it('sets a label in orange where it is another than one jump before', () => {
    const black = new Float32Array(4);
    const steps = [1, 1, 7, 7].map((label) => ({ features: black, labels: Int32Array.of(label) }));
    const { count } = pictureIn(walkSheet(steps, pictureSize([2, 2])));
    // The 1 has 10 pixels in its 5 × 7 and the 7 has 11; each is drawn 2 × 2.
    const columns = [4, 64, 124, 184].map((left) => [count(white, left, left + 56), count(orange, left, left + 56)]);
    expect(columns).to.deep.equal([
      [40, 0],
      [40, 0],
      [0, 44],
      [44, 0],
    ]);
  });

  it('has a row for each walk and a column for each jump, in blocks where walks are many', () => {
    const steps = (walks: number, jumps: number) =>
      Array.from({ length: jumps + 1 }, () => ({
        features: new Float32Array(4 * walks),
        labels: new Int32Array(walks),
      }));
    // Cells are 60 × 78 (56 + 14 + 2 · 4) and the numbers above take 22.
    const few = pictureIn(walkSheet(steps(3, 4), pictureSize([2, 2])));
    expect([few.width, few.height]).to.deep.equal([4 + 5 * 60, 22 + 3 * 78]);
    // √(64 · 78 / (2 · 60)) = 6.4: six blocks of ⌈64 / 6⌉ = 11 rows, 20 pixels apart.
    const many = pictureIn(walkSheet(steps(64, 1), pictureSize([2, 2])));
    expect([many.width, many.height]).to.deep.equal([4 + 6 * 120 + 5 * 20, 22 + 11 * 78]);
  });

  it('distinguishes ten digits', () => {
    const drawn = Array.from({ length: 10 }, (_, label) =>
      Buffer.from(
        decode(walkSheet([{ features: new Float32Array(4), labels: Int32Array.of(label) }], pictureSize([2, 2]))).data,
      ).toString('hex'),
    );
    expect(new Set(drawn).size).to.equal(10);
  });

  it('makes its cells as wide as the widest label', () => {
    const step = { features: new Float32Array(100), labels: Int32Array.of(1234567) };
    // Seven digits of 6 pixels, less the last gap, twice as large: 82.
    expect(decode(walkSheet([step], pictureSize([100, 1]))).width).to.equal(4 + 82 + 4);
  });

  it('is refused where it would be too large', async () => {
    const huge = { features: new Float32Array(0), labels: new Int32Array(1000) };
    const error = await captureError(() => walkSheet([huge], pictureSize([1000, 1000])));
    expect(error.code).to.equal('bad-usage');
    expect(error.message).to.match(/^1000 walks of 0 jumps make a picture of .* pixels; give a smaller --count$/);
  });

  for (const shape of [[8], [28, 28, 2], [2, 2, 2, 2], []]) {
    it(`does not draw samples of shape [${shape.join(', ')}]`, async () => {
      const error = await captureError(() => pictureSize(shape));
      expect(error.code).to.equal('bad-usage');
      expect(error.message).to.match(
        /^samples of shape \[.*\] are no pictures, expected \[height, width\], .* or \[height, width, 3\]$/,
      );
    });
  }
});
