import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import type { Samples } from '../../src/core/dataset.js';
import { featuresOptions, loadFeatures } from '../../src/data/features.js';
import { crc32 } from '../../src/files/crc32.js';
import { temporaryFolder } from '../experiment/fixtures.js';
import { captureError } from '../support/capture-error.js';
import { zipBytes } from '../files/zip-bytes.js';
import { floatNpy, intNpy, npyBytes, npyText, textNpy } from '../files/npy-bytes.js';

const fixtures = fileURLToPath(new URL('./fixtures/', import.meta.url));
const options = featuresOptions.parse({});

function valuesOf(samples: Samples): readonly number[] {
  const out = new Float32Array(samples.size * samples.width);
  samples.copyRows(
    Array.from({ length: samples.size }, (_, row) => row),
    out,
  );
  return Array.from(out);
}

const labelsOf = (samples: Samples): readonly number[] =>
  Array.from({ length: samples.size }, (_, row) => samples.label(row));

type Arrays = Readonly<Record<'x_train' | 'y_train' | 'x_test' | 'y_test', Buffer>>;

/** Two classes of one sample each, in training and test, of two features. */
const small: Arrays = {
  x_train: floatNpy([2, 2], [0, 1, 2, 3]),
  y_train: intNpy([2], [0, 1]),
  x_test: floatNpy([2, 2], [1, 2, 2, 3]),
  y_test: intNpy([2], [1, 0]),
};

describe('loadFeatures', () => {
  const path = temporaryFolder();

  const load = async (changes: Partial<Arrays> = {}, more: Partial<typeof options> = {}) => {
    for (const [name, bytes] of Object.entries({ ...small, ...changes })) await writeFile(path(`${name}.npy`), bytes);
    return loadFeatures({ ...options, ...more, path: '.' }, path());
  };

  for (const file of ['numpy.npz', 'numpy-packed.npz']) {
    it(`reads ${file} as NumPy wrote it, of mixed types, scaled by the training rows`, async () => {
      const { train, test, classes, source } = await loadFeatures({ ...options, path: file }, fixtures);
      // make_fixtures.py: columns 0 … 4, 10 … 40 and 5; test rows outside are clipped.
      expect(valuesOf(train)).to.deep.equal([0, 0, 0, 0.5, 1 / 3, 0, 1, 1, 0].map(Math.fround));
      expect(valuesOf(test)).to.deep.equal([0.25, 0, 0, 0, 1, 0, 0.75, 0.5, 0]);
      expect([labelsOf(train), labelsOf(test)]).to.deep.equal([
        [3, 0, 7],
        [3, 0, 7],
      ]);
      expect(classes).to.deep.equal([0, 3, 7]);
      expect(train.shape).to.deep.equal([3]);
      // −1, 50 and 6 of nine.
      expect(source).to.include('33.33 % of the test values were clipped');
    });
  }

  it('takes texts, truth values and numbers of any size for classes, which keep their names', async () => {
    const big = (values: readonly bigint[]) =>
      npyBytes(npyText('<i8', [2]), Buffer.from(BigInt64Array.from(values).buffer));
    for (const [y_train, y_test, names] of [
      [textNpy(['dog', 'cat']), textNpy(['cat', 'dog']), { 0: 'cat', 1: 'dog' }],
      [
        npyBytes(npyText('|b1', [2]), Buffer.of(1, 0)),
        npyBytes(npyText('|b1', [2]), Buffer.of(0, 1)),
        { 0: 'False', 1: 'True' },
      ],
      [intNpy([2], [1, -1]), intNpy([2], [-1, 1]), { 0: '-1', 1: '1' }],
      // As doubles these two are one.
      [
        big([2n ** 62n + 1n, 2n ** 62n]),
        big([2n ** 62n, 2n ** 62n + 1n]),
        { 0: `${2n ** 62n}`, 1: `${2n ** 62n + 1n}` },
      ],
    ] as const) {
      const folder = path(Object.values(names).join('-'));
      await mkdir(folder);
      for (const [name, bytes] of Object.entries({ ...small, y_train, y_test }))
        await writeFile(join(folder, `${name}.npy`), bytes);
      const { train, test, classes, classNames } = await loadFeatures({ ...options, path: '.' }, folder);
      expect(classNames).to.deep.equal(names);
      expect(classes).to.deep.equal([0, 1]);
      expect([labelsOf(train), labelsOf(test)]).to.deep.equal([
        [1, 0],
        [0, 1],
      ]);
    }
  });

  it('keeps the numbers of classes that are far apart', async () => {
    const far = { y_train: intNpy([2], [7, 2_000_000_000]), y_test: intNpy([2], [2_000_000_000, 7]) };
    const { classes, classNames } = await load(far);
    expect(classes).to.deep.equal([7, 2_000_000_000]);
    expect(classNames).to.equal(undefined);
  });

  it('moves channels to the end where the option says that they are first', async () => {
    // Two channels of one row of two pixels: 0 1 and 2 3 of the first sample become pixels (0, 2) and (1, 3).
    const image = floatNpy([2, 2, 1, 2], [0, 1, 2, 3, 4, 5, 6, 7]);
    const more = { channels: 'first', scaling: 'min-max-all' } as const;
    const { train } = await load({ x_train: image, x_test: image }, more);
    expect(train.shape).to.deep.equal([1, 2, 2]);
    expect(valuesOf(train)).to.deep.equal([0, 2, 1, 3, 4, 6, 5, 7].map((value) => Math.fround(value / 7)));
  });

  it('reads a folder of .npy files', async () => {
    const { train, test } = await load();
    expect(valuesOf(train)).to.deep.equal([0, 0, 1, 1]);
    expect(valuesOf(test)).to.deep.equal([0.5, 0.5, 1, 1]);
  });

  it('gives images a shape of height, width and channels', async () => {
    const image = (shape: readonly number[]) => floatNpy(shape, [0, 1, 2, 3, 4, 5, 6, 7]);
    const grey = await load({ x_train: image([2, 2, 2]), x_test: image([2, 2, 2]) });
    expect(grey.train.shape).to.deep.equal([2, 2, 1]);
    const folder = path();
    await writeFile(path('x_train.npy'), image([2, 1, 2, 2]));
    await writeFile(path('x_test.npy'), image([2, 1, 2, 2]));
    // Another scaling, because what was loaded is kept.
    const coloured = await loadFeatures({ path: '.', scaling: 'min-max-all' }, folder);
    expect(coloured.train.shape).to.deep.equal([1, 2, 2]);
  });

  type Refused = readonly [what: string, changes: Partial<Arrays>, message: RegExp, more?: Partial<typeof options>];
  const refused: readonly Refused[] = [
    ['NaN', { x_train: floatNpy([2, 2], [0, 1, 2, NaN]) }, /x_train\.npy has NaN in row 1, column 1/],
    ['infinity', { x_test: floatNpy([2, 2], [0, -Infinity, 2, 3]) }, /x_test\.npy has -Infinity in row 0, column 1/],
    [
      'what float32 cannot hold',
      {
        x_test: npyBytes(npyText('<f8', [1, 1]), Buffer.from(Float64Array.of(1e300).buffer)),
        y_test: intNpy([1], [0]),
      },
      /has 1e\+300, which is too large for float32 in row 0, column 0/,
    ],
    [
      'one dimension',
      { x_train: floatNpy([4], [0, 1, 2, 3]) },
      /x_train\.npy has the shape \[4\]; expected \[n, width\]/,
    ],
    ['five dimensions', { x_train: floatNpy([2, 1, 1, 1, 2], [0, 1, 2, 3]) }, /shape \[2, 1, 1, 1, 2\]; expected/],
    ['no rows', { x_train: floatNpy([0, 2], []), y_train: intNpy([0], []) }, /x_train\.npy is empty/],
    [
      'fewer labels than rows',
      { y_train: intNpy([1], [0]) },
      /x_train\.npy has 2 rows, but .*y_train\.npy has 1 labels/,
    ],
    ['one-hot labels', { y_train: intNpy([2, 2], [0, 1, 1, 0]) }, /shape \[2, 2\]; expected \[n\].*argmax/],
    ['labels with a fraction', { y_train: floatNpy([2], [0, 1]) }, /has the type f4; expected whole numbers/],
    ['texts for features', { x_train: textNpy(['1', '2']) }, /x_train\.npy holds texts; expected numbers;/],
    ['texts in one part only', { y_train: textNpy(['1', '2']) }, /y_train\.npy holds texts, but .*y_test\.npy numbers/],
    [
      'channels first where there are none',
      {},
      /x_train\.npy has the shape \[2, 2\]; expected \[n, channels, height, width\], as the option channels: first/,
      { channels: 'first' },
    ],
    [
      'a class without test samples',
      { y_test: intNpy([2], [1, 1]) },
      /class 0 is empty, it has no test samples; .*numpy\.isin\(y, \[0\], invert=True\)/,
    ],
    [
      'a class without training samples',
      { y_test: intNpy([2], [0, 5]) },
      /class 5 is empty, it has no training samples/,
    ],
    ['rows of another width', { x_test: floatNpy([2, 1], [0, 1]) }, /shape \[2\] and test samples \[1\]/],
    ['a damaged file', { x_test: Buffer.from('damaged') }, /x_test\.npy cannot be read/],
  ];
  for (const [what, changes, message, more] of refused) {
    it(`refuses ${what} in one sentence`, async () => {
      const error = await captureError(() => load(changes, more));
      expect(error.code).to.equal('bad-data');
      expect(error.message).to.match(message).and.to.not.include('\n');
    });
  }

  it('says what is missing, in a folder, in an archive and altogether', async () => {
    await writeFile(path('x_train.npy'), small.x_train);
    const inFolder = await captureError(() => loadFeatures({ ...options, path: '.' }, path()));
    expect(inFolder.message).to.include('has no y_train.npy; expected x_train, y_train, x_test, y_test');
    await writeFile(path('f.npz'), zipBytes([{ name: 'x_train.npy', data: small.x_train }]));
    const inArchive = await captureError(() => loadFeatures({ ...options, path: 'f.npz' }, path()));
    expect(inArchive.message).to.include('f.npz has no y_train');
    const nowhere = await captureError(() => loadFeatures(options, path()));
    expect(nowhere.message).to.include(`${path('features.npz')} does not exist; say where it is with the option path`);
  });

  for (const stored of [true, false]) {
    it(`refuses an archive whose values are not those of its checksum, ${stored ? 'stored' : 'deflated'}`, async () => {
      const names = Object.keys(small) as (keyof Arrays)[];
      for (const damaged of names) {
        // A flipped bit in the last value: the length is right, and so is the header.
        const flipped = Buffer.from(small[damaged]);
        flipped[flipped.length - 1] = (flipped.at(-1) ?? 0) ^ 1;
        const parts = names.map((name) => ({
          ...{ name: `${name}.npy`, data: name === damaged ? flipped : small[name], stored },
          crc: crc32(small[name]),
        }));
        await writeFile(path(`${damaged}.npz`), zipBytes(parts));
        const error = await captureError(() => loadFeatures({ ...options, path: `${damaged}.npz` }, path()));
        expect(error.code).to.equal('bad-data');
        expect(error.message).to.include(`"${damaged}.npy" is damaged: its checksum is another`);
      }
    });
  }

  it('does not let a scenario lead out of --data-dir, by a path or by a link', async () => {
    const [data, other] = [path('data'), path('other')];
    for (const folder of [data, other]) {
      await mkdir(folder);
      for (const [name, bytes] of Object.entries(small)) await writeFile(join(folder, `${name}.npy`), bytes);
    }
    await symlink(other, join(data, 'link'));
    await mkdir(join(data, 'mixed'));
    for (const name of Object.keys(small)) {
      const from = name === 'y_test' ? other : data;
      await symlink(join(from, `${name}.npy`), join(data, 'mixed', `${name}.npy`));
    }
    for (const out of ['../other', other, 'link', 'mixed', '../none', '../data/../other']) {
      const error = await captureError(() => loadFeatures({ ...options, path: out }, data));
      expect(error.code).to.equal('bad-data');
      expect(error.message, out).to.include(`leads out of --data-dir ${data}`).and.to.include('REVERIE_ANY_PATH=1');
    }
    expect((await loadFeatures({ ...options, path: '../data' }, data)).train.size).to.equal(2);
    // Where no folder was given there is none to leave.
    expect((await loadFeatures({ ...options, path: other })).train.size).to.equal(2);
    process.env['REVERIE_ANY_PATH'] = '1';
    try {
      expect((await loadFeatures({ ...options, path: 'mixed' }, data)).train.size).to.equal(2);
    } finally {
      delete process.env['REVERIE_ANY_PATH'];
    }
  });

  it('refuses an archive that is none', async () => {
    await writeFile(path('f.npz'), 'no archive');
    const error = await captureError(() => loadFeatures({ ...options, path: 'f.npz' }, path()));
    expect(error.code).to.equal('bad-data');
    expect(error.message).to.include('expected an .npz file');
  });
});
