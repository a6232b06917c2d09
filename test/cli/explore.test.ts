import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { decode } from 'fast-png';
import { temporaryFolder } from '../experiment/fixtures.js';
import { called } from './captured.js';
import { runOfRows } from './run-of-rows.js';

/** Mean brightness of each row of pixels of a 4 × 4 picture that stands at this line and column of a sheet. */
function rowsOfPicture(png: Uint8Array, line: number, column: number): readonly number[] {
  const { width, data } = decode(png);
  // Pixels are drawn 14 times as large; a picture of 56 is 60 from the next, the first 4 from the margin.
  const grey = (x: number, y: number): number =>
    data[((4 + 60 * line + 14 * y + 7) * width + 4 + 60 * column + 14 * x + 7) * 3] ?? NaN;
  return [0, 1, 2, 3].map((y) => [0, 1, 2, 3].reduce((sum, x) => sum + grey(x, y), 0) / 4);
}

function brightest(rows: readonly number[]): number {
  return rows.indexOf(Math.max(...rows));
}

describe('reverie explore', () => {
  const path = temporaryFolder();
  let made = '';
  let data = '';
  let run = '';

  before(async () => {
    [made, data, run] = await runOfRows();
  });
  after(async () => {
    await rm(made, { recursive: true });
    await rm(data, { recursive: true });
  });

  it('draws what lies between samples, and the samples at both ends', async () => {
    const asked = ['explore', run, '--between', path('b.png'), '--rows', '6', '--columns', '5', '--data-dir', data];
    const { code, out, err } = await called([...asked, '--engine', 'ort']);
    expect([code, err]).to.deep.equal([0, '']);
    expect(out).to.match(
      /^rehearsal, seed 1, after task 2, .*; drawn with seed 1\n {2}\S+b\.png {2}.*B\n {4}first and /,
    );
    const png = await readFile(path('b.png'));
    const { width, height } = decode(png);
    expect([width, height]).to.deep.equal([4 + 7 * 60, 4 + 6 * 60]);
    // What is decoded of a sample's own code is bright where the sample is.
    const ends = [0, 1, 2, 3, 4, 5].flatMap((line) =>
      [
        [0, 1],
        [6, 5],
      ].map(([sample = 0, decoded = 0]) => [sample, decoded].map((at) => brightest(rowsOfPicture(png, line, at)))),
    );
    expect(ends.filter(([sample, decoded]) => sample === decoded).length).to.be.at.least(10);
  });

  it('draws traversals, a value of the code a row', async () => {
    const asked = ['explore', run, '--traverse', path('t.png'), '--no-data', '--columns', '3', '--engine', 'ort'];
    const { code, out } = await called(asked);
    expect(code).to.equal(0);
    // The code has four values, though ten rows are the usual.
    expect(out).to.match(/rows: values [0-3], [0-3], [0-3], [0-3] of a code; columns: from 2 deviations below/);
    const { width, height } = decode(await readFile(path('t.png')));
    expect([width, height]).to.deep.equal([4 + 3 * 60, 4 + 4 * 60]);
  });

  it('draws what comes of noise, a class a row', async () => {
    const asked = ['explore', run, '--noise', path('n.png'), '--columns', '10', '--data-dir', data, '--engine', 'ort'];
    const { code, out } = await called(asked);
    expect(code).to.equal(0);
    expect(out).to.match(/rows: classes 0, 1, 2, 3; columns: draws from the Gaussian over the codes of the class/);
    const png = await readFile(path('n.png'));
    // Class c is bright in its row c.
    const right = [0, 1, 2, 3].flatMap((line) =>
      Array.from({ length: 10 }, (_, column) => brightest(rowsOfPicture(png, line, column)) === line),
    );
    expect(right.filter(Boolean).length).to.be.at.least(34);
  });

  it('gives the same for the same seed, whatever else is asked for, and another for another', async () => {
    const noise = async (name: string, ...more: readonly string[]): Promise<Buffer> => {
      const asked = ['explore', run, '--noise', path(name), '--no-data', '--engine', 'ort', ...more];
      expect((await called(asked)).code).to.equal(0);
      return readFile(path(name));
    };
    const alone = await noise('a.png');
    expect(await noise('b.png', '--traverse', path('t.png'), '--between', path('w.png'))).to.deep.equal(alone);
    expect(await noise('c.png', '--seed', '9')).not.to.deep.equal(alone);
  });

  const refused: readonly (readonly [what: string, given: () => readonly string[], message: RegExp])[] = [
    [
      'nothing to draw',
      () => [run],
      /explore: say what to draw, --between <file>, --traverse <file> or --noise <file>/,
    ],
    [
      'a file of another kind',
      () => [run, '--noise', path('n.jpg')],
      /--noise .*n\.jpg: expected a file that ends in \.png/,
    ],
    ['a line of one', () => [run, '--noise', path('n.png'), '--columns', '1'], /--columns 1: a line has two ends/],
    [
      'more samples than there are',
      () => [run, '--between', path('b.png'), '--rows', '21', '--data-dir', data],
      /--rows 21: --between takes two samples a row, and there are 40; at most 20/,
    ],
    [
      'a learner without a memory',
      () => [join(made, 'rows-finetune-1'), '--noise', path('n.png'), '--no-data'],
      /learner "finetune" has no memory with an autoencoder to look into; give the run of one that has/,
    ],
    ['data that are not there', () => [run, '--noise', path('n.png')], /data set "idx" needs a folder/],
  ];
  for (const [what, given, message] of refused) {
    it(`is refused, with nothing written, for ${what}`, async () => {
      const { code, err } = await called(['explore', ...given(), '--engine', 'ort']);
      expect(code).to.equal(2);
      expect(err).to.match(message);
      expect(await readdir(path())).to.deep.equal([]);
    });
  }

  it('replaces a picture only where that is asked for', async () => {
    const asked = ['explore', run, '--noise', path('n.png'), '--no-data', '--engine', 'ort'];
    expect((await called(asked)).code).to.equal(0);
    const again = await called(asked);
    expect([again.code, again.err]).to.deep.equal([
      2,
      `reverie: ${path('n.png')} is there already; give --force to replace it, or another --noise\n`,
    ]);
    expect((await called([...asked, '--force'])).code).to.equal(0);
  });
});
