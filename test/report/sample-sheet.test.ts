import { expect } from 'chai';
import { decode } from 'fast-png';
import { pictureSize } from '../../src/report/picture.js';
import { sampleSheet } from '../../src/report/sample-sheet.js';
import { captureError } from '../support/capture-error.js';

describe('a sheet of samples', () => {
  it('draws samples beside each other, row after row', () => {
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
