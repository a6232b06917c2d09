import { writeFile } from 'node:fs/promises';
import { expect } from 'chai';
import type { Samples } from '../../src/core/dataset.js';
import { featuresOptions, loadFeatures } from '../../src/data/features.js';
import { called, tiny } from '../cli/captured.js';
import { temporaryFolder } from '../experiment/fixtures.js';
import { captureError } from '../support/capture-error.js';

describe('features in a CSV file', () => {
  const path = temporaryFolder();
  let files = 0;
  /** A new file each time: a file is loaded once a process. */
  const load = async (text: string, csv?: object, test?: string) => {
    const name = `${++files}.csv`;
    await writeFile(path(name), text);
    if (test !== undefined) await writeFile(path(`test-${name}`), test);
    const choice = { ...csv, ...(test === undefined ? {} : { test: `test-${name}` }) };
    return loadFeatures(featuresOptions.parse({ path: name, csv: choice, scaling: 'none' }), path());
  };
  const rowsOf = (samples: Samples) => {
    const { size, width } = samples;
    const out = new Float32Array(size * width);
    samples.copyRows(
      Uint32Array.from({ length: size }, (_, i) => i),
      out,
    );
    return Array.from({ length: size }, (_, i) => [...out.subarray(i * width, (i + 1) * width), samples.label(i)]);
  };
  const test = 'a,b,y\n0,1,0\n1,0,1\n';

  it('has numbers, labels in the last column, and the names of its columns in the first row', async () => {
    const { train, test: held, classes } = await load('a,b,y\n0.5,0,1\n1,2.5e-1,0\n', {}, test);
    expect(rowsOf(train)).to.deep.equal([[0.5, 0, 1], [1, 0.25, 0]]); // prettier-ignore
    expect(rowsOf(held)).to.deep.equal([[0, 1, 0], [1, 0, 1]]); // prettier-ignore
    expect(classes).to.deep.equal([0, 1]);
  });

  it('may have labels that are names, in a column that is named, quotes, a byte order mark, and empty lines', async () => {
    const text = '\uFEFF"kind, really","a"\r\n"x ""y""",0.5\r\n\r\n b ,1\r\n';
    const { train, classNames } = await load(text, { label: 'kind, really' }, '"kind, really",a\nb,0\n"x ""y""",0\n');
    expect(rowsOf(train)).to.deep.equal([[0.5, 1], [1, 0]]); // prettier-ignore
    expect(classNames).to.deep.equal({ 0: 'b', 1: 'x "y"' });
  });

  it('may have no header, and semicolons or tabs where that is said', async () => {
    for (const [sign, delimiter] of [
      [';', 'semicolon'],
      ['\t', 'tab'],
    ] as const) {
      // prettier-ignore
      const text = ['0.5', '1', '1\n0', '0', '0\n'].join(sign);
      const { train } = await load(text, { header: false, delimiter }, text);
      expect(rowsOf(train)).to.deep.equal([[0.5, 1, 1], [0, 0, 0]].map((row) => row)); // prettier-ignore
    }
  });

  it('gives a share of the rows of each class as test samples, the same each time', async () => {
    const rows = Array.from({ length: 50 }, (_, i) => `${i / 50},${i % 2 === 0 ? 'even' : 'odd'}`);
    const text = `a,y\n${rows.join('\n')}\n`;
    const [one, two] = [await load(text), await load(text)];
    expect([one.train.size, one.test.size]).to.deep.equal([40, 10]);
    expect(rowsOf(one.test)).to.deep.equal(rowsOf(two.test));
    expect(rowsOf(one.test).filter(([, label]) => label === 0)).to.have.length(5);
    const all = [...rowsOf(one.train), ...rowsOf(one.test)]
      .map(([value = 0]) => Math.round(value * 50))
      .sort((a, b) => a - b);
    expect(all).to.deep.equal(Array.from({ length: 50 }, (_, i) => i));
  });

  const refused: readonly (readonly [what: string, text: string, csv: object, message: RegExp])[] = [
    ['an empty cell', 'a,b,y\n1,2,0\n1,,0\n', {}, /has nothing in line 3, column 2 \("b"\); expected a number/],
    ['an empty label', 'a,b,y\n1,2,\n', {}, /has nothing in line 2, column 3 \("y"\); expected a label/],
    ['NaN', 'a,b,y\n1,NaN,0\n', {}, /has "NaN" in line 2, column 2 \("b"\); expected a finite number/],
    ['infinity', '1,inf,0\n', { header: false }, /has "inf" in line 1, column 2; expected a finite number/],
    ['what float32 does not hold', 'a,y\n1e39,0\n', {}, /has "1e39" in line 2/],
    ['a text among numbers', 'a,y\nred,0\n', {}, /has "red" in line 2, column 1 \("a"\)/],
    ['a row that is shorter', 'a,b,y\n1,2,0\n1,0\n', {}, /has 2 cells in line 3; expected 3, as the first row has/],
    ['semicolons', 'a;b;y\n1;2;0\n', {}, /it seems to be separated by semicolon; give the option delimiter: semicolon/],
    ['tabs', 'a\tb\ty\n1\t2\t0\n', {}, /give the option delimiter: tab/],
    ['a header that is none', '1,2,0\n3,4,1\n', {}, /begins with a row of numbers.*header: false/],
    ['a label that no column has', 'a,y\n1,0\n', { label: 'z' }, /has a, y; expected the column of labels "z"/],
    ['a label by name without names', '1,0\n', { label: 'y', header: false }, /no header to find it in/],
    ['labels with a fraction', 'a,y\n1,0.5\n1,0.5\n', {}, /has the label "0\.5"; expected whole numbers or names/],
    ['a class of one row', 'a,y\n1,p\n1,q\n1,q\n', {}, /has one row of class "p"; expected two at least/],
    [
      'a quote that is not closed',
      'a,y\n"1,0\n2,1\n',
      {},
      /is no proper CSV: .*expected quotes only around whole cells/,
    ],
    ['a header alone', 'a,y\n', {}, /has no rows/],
    ['nothing', '', {}, /has no rows/],
  ];
  for (const [what, text, csv, message] of refused) {
    it(`is refused with ${what}`, async () => {
      const error = await captureError(() => load(text, csv));
      expect(error).to.have.property('code', 'bad-data');
      expect(error.message).to.match(message);
    });
  }

  it('is refused where it is of another width than the file of test samples, and its options elsewhere', async () => {
    const error = await captureError(() => load('a,b,y\n1,2,0\n1,0,1\n', {}, 'a,y\n1,0\n0,1\n'));
    expect(error.message).to.match(/shape \[2\] and test samples \[1\]/);
    const other = featuresOptions.safeParse({ path: 'x.npz', csv: {} });
    expect(other.error?.message).to.include('csv says how a path that ends in .csv is to be read');
  });

  it('is verified by `data verify` as it is run', async () => {
    const rows = Array.from({ length: 40 }, (_, i) => `${i % 7},${i % 5},${['a', 'b', 'c', 'd'][i % 4] ?? ''}`);
    await writeFile(path('x.csv'), `p,q,kind\n${rows.join('\n')}\n`);
    const options = ['--option', 'path=x.csv', '--option', 'csv.label=kind', '--data-dir', path()];
    const verified = await called(['data', 'verify', 'features', ...options]);
    expect(verified.err).to.equal('');
    expect(verified.out).to.match(/^features: 32 training and 8 test samples of shape \[2\] in 4 classes\n/);
    const dataset = '--set=dataset={name: features, options: {path: x.csv, csv: {label: kind}}}';
    const more = ['--engine', 'cpu', '--learner', 'finetune', '--data-dir', path(), '--out', path('runs'), '--quiet'];
    expect((await called(['run', tiny, dataset, ...more])).code).to.equal(0);
    // Another file: each is loaded once a process.
    await writeFile(path('y.csv'), 'p,q,kind\n1,nan,a\n');
    const bad = await called(['data', 'verify', 'features', ...options.map((one) => one.replace('x.csv', 'y.csv'))]);
    const badRun = await called(['run', tiny, dataset.replace('x.csv', 'y.csv'), ...more]);
    expect([bad.code, badRun.code]).to.deep.equal([2, 2]);
    expect(bad.err)
      .to.match(/has "nan" in line 2, column 2/)
      .and.to.equal(badRun.err);
  });
});
