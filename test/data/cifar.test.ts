import { createHash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { gzipSync } from 'node:zlib';
import { expect } from 'chai';
import { loadCifar, loadCifar10, type CifarLayout } from '../../src/data/cifar.js';
import { cifarSamples } from '../../src/data/cifar-records.js';
import { temporaryFolder } from '../experiment/fixtures.js';
import { captureError } from '../support/capture-error.js';
import { tarBytes } from '../files/tar-bytes.js';

const plane = 1024;

/** A record whose red values are all `r`, green `g`, blue `b`, but for the second pixel, which is black. */
function record(labels: readonly number[], [r, g, b]: readonly [number, number, number]): Buffer {
  const pixels = Buffer.concat([Buffer.alloc(plane, r), Buffer.alloc(plane, g), Buffer.alloc(plane, b)]);
  for (const colour of [0, 1, 2]) pixels[colour * plane + 1] = 0;
  return Buffer.concat([Buffer.from(labels), pixels]);
}

const files = {
  'one.bin': Buffer.concat([record([1, 0], [255, 51, 0]), record([0, 1], [0, 0, 102])]),
  'two.bin': Buffer.concat([record([1, 1], [10, 20, 30]), record([0, 0], [40, 50, 60])]),
  'test.bin': Buffer.concat([record([0, 1], [1, 2, 3]), record([1, 0], [4, 5, 6])]),
};

const archive = gzipSync(tarBytes(Object.entries(files).map(([name, data]) => ({ name: `bin/${name}`, data }))));

const layout: CifarLayout = {
  name: 'cifar100',
  summary: 'Made for a test.',
  archive: { name: 'tiny.tar.gz', sha256: createHash('sha256').update(archive).digest('hex') },
  folder: 'bin',
  train: ['one.bin', 'two.bin'],
  test: ['test.bin'],
  recordsPerFile: { train: 2, test: 2 },
  labelBytes: 2,
};
const fine = { at: 1, classes: 2 };

describe('loadCifar', () => {
  const path = temporaryFolder();

  it('reads the published archive: planes become pixels, files follow each other, values are in [0, 1]', async () => {
    await writeFile(path('tiny.tar.gz'), archive);
    const { train, test, classes, source } = await loadCifar(layout, fine, path());
    expect([train.size, test.size]).to.deep.equal([4, 2]);
    expect(train.shape).to.deep.equal([32, 32, 3]);
    expect([0, 1, 2, 3].map((row) => train.label(row))).to.deep.equal([0, 1, 1, 0]);
    expect(classes).to.deep.equal([0, 1]);
    expect(source).to.include('Made for a test.').and.to.include('SHA-256 is that of the published archive');
    const out = new Float32Array(2 * 3072);
    train.copyRows([0, 3], out);
    // 255, 51 and 0 of 255 are 1, 0.2 and 0; the second pixel is black; the third is as the first.
    expect(Array.from(out.subarray(0, 9))).to.deep.equal([1, 0.2, 0, 0, 0, 0, 1, 0.2, 0].map(Math.fround));
    expect(Array.from(out.subarray(3072, 3075))).to.deep.equal([40, 50, 60].map((value) => Math.fround(value / 255)));
  });

  it('takes the coarse labels where they are wanted', async () => {
    await writeFile(path('tiny.tar.gz'), archive);
    const { train } = await loadCifar(layout, { at: 0, classes: 2 }, path());
    expect([0, 1, 2, 3].map((row) => train.label(row))).to.deep.equal([1, 0, 1, 0]);
  });

  for (const folder of ['bin', '.']) {
    it(`reads unpacked files in ${folder}, and says that digests of them are not known`, async () => {
      await mkdir(path(folder), { recursive: true });
      for (const [name, bytes] of Object.entries(files)) await writeFile(path(folder, name), bytes);
      const { train, source } = await loadCifar(layout, fine, path());
      expect(train.size).to.equal(4);
      expect(source).to.include('unpacked files').and.to.include('digests of them were not published');
    });
  }

  it('refuses an archive of another digest before it unpacks it', async () => {
    await writeFile(path('tiny.tar.gz'), gzipSync(Buffer.alloc(10)));
    const error = await captureError(() => loadCifar(layout, fine, path()));
    expect(error.code).to.equal('bad-data');
    expect(error.message).to.include(`expected ${layout.archive.sha256}`).and.to.include('reverie data fetch cifar100');
  });

  it('refuses an archive that lacks a file', async () => {
    const other = gzipSync(tarBytes([{ name: 'bin/test.bin', data: files['test.bin'] }]));
    await writeFile(path('tiny.tar.gz'), other);
    const sha256 = createHash('sha256').update(other).digest('hex');
    const error = await captureError(() =>
      loadCifar({ ...layout, archive: { ...layout.archive, sha256 } }, fine, path()),
    );
    expect(error.message).to.include('has no bin/one.bin');
  });

  it('says what it looked for where nothing is', async () => {
    const error = await captureError(() => loadCifar10(path('nowhere')));
    expect(error.code).to.equal('bad-data');
    for (const text of [
      'cifar-10-binary.tar.gz',
      'cifar-10-batches-bin/',
      'reverie data fetch cifar10',
      '--data-dir',
    ]) {
      expect(error.message).to.include(text);
    }
  });
});

/** A batch as Python 2 pickled it for the published archive: protocol 2, texts and pixels as strings of bytes. */
function pickledBatch(labels: Readonly<Record<string, readonly number[]>>, pixels: readonly Buffer[]): Buffer {
  const string = (text: string): Buffer => Buffer.concat([Buffer.from('U'), Buffer.of(text.length), Buffer.from(text)]);
  const long = (bytes: Buffer): Buffer => {
    const head = Buffer.alloc(5);
    head.write('T');
    head.writeUInt32LE(bytes.length, 1);
    return Buffer.concat([head, bytes]);
  };
  const lists = Object.entries(labels).flatMap(([key, values]) => [
    ...[string(key), Buffer.from('](')],
    ...values.map((label) => Buffer.of(0x4b, label)),
    Buffer.from('e'),
  ]);
  const rows = Buffer.of(0x4b, pixels.length, 0x4d, 0x00, 0x0c);
  const array = [
    ...[
      string('data'),
      Buffer.from('cnumpy.core.multiarray\n_reconstruct\ncnumpy\nndarray\nK\0\x85', 'latin1'),
      string('b'),
    ],
    Buffer.from('\x87R(K\x01', 'latin1'),
    ...[rows, Buffer.from('\x86cnumpy\ndtype\n', 'latin1'), string('u1'), Buffer.from('K\0K\x01\x87R(K\x03', 'latin1')],
    ...[string('|'), Buffer.from('NNNJ\xff\xff\xff\xffJ\xff\xff\xff\xffK\0tb\x89', 'latin1')],
    ...[long(Buffer.concat(pixels)), Buffer.from('tb')],
  ];
  return Buffer.concat([Buffer.from('\x80\x02}(', 'latin1'), ...lists, ...array, Buffer.from('u.')]);
}

describe('loadCifar, of the version for Python', () => {
  const path = temporaryFolder();

  /** The records of a binary file as a batch. */
  const batch = (name: keyof typeof files): Buffer => {
    const records = [0, 1].map((row) => files[name].subarray(row * 3074, (row + 1) * 3074));
    const labels = { coarse_labels: records.map((one) => one[0] ?? 0), fine_labels: records.map((one) => one[1] ?? 0) };
    return pickledBatch(
      labels,
      records.map((one) => one.subarray(2)),
    );
  };
  const batches = { one: batch('one.bin'), two: batch('two.bin'), test: batch('test.bin') };
  const packed = gzipSync(tarBytes(Object.entries(batches).map(([name, data]) => ({ name: `py/${name}`, data }))));
  const both: CifarLayout = {
    ...layout,
    python: {
      archive: { name: 'tiny-python.tar.gz', sha256: createHash('sha256').update(packed).digest('hex') },
      ...{ folder: 'py', train: ['one', 'two'], test: ['test'], labels: ['coarse_labels', 'fine_labels'] },
    },
  };

  it('gives the samples of the binary version, from its archive and from its folder', async () => {
    const values = async (dir: string, labels: typeof fine): Promise<readonly number[]> => {
      const { train, test } = await loadCifar(both, labels, dir);
      return [train, test].flatMap((part) => {
        const rows = Array.from({ length: part.size }, (_, row) => row);
        const out = new Float32Array(part.size * part.width);
        part.copyRows(rows, out);
        return [...rows.map((row) => part.label(row)), ...out];
      });
    };
    for (const folder of ['binary', 'packed', 'folder', 'folder/py']) await mkdir(path(folder), { recursive: true });
    await writeFile(path('binary', 'tiny.tar.gz'), archive);
    await writeFile(path('packed', 'tiny-python.tar.gz'), packed);
    for (const [name, data] of Object.entries(batches)) await writeFile(path('folder', 'py', name), data);
    for (const labels of [fine, { at: 0, classes: 2 }]) {
      const expected = await values(path('binary'), labels);
      for (const folder of ['packed', 'folder', 'folder/py']) {
        expect(await values(path(folder), labels)).to.deep.equal(expected);
      }
    }
  });

  it('refuses what is no batch, and an archive that is not the published one', async () => {
    await writeFile(path('test'), pickledBatch({ fine_labels: [0, 1] }, [Buffer.alloc(3072), Buffer.alloc(3072)]));
    await writeFile(path('one'), pickledBatch({ fine_labels: [0], coarse_labels: [0, 1] }, [Buffer.alloc(3072)]));
    const error = await captureError(() => loadCifar(both, fine, path()));
    expect(error.message).to.match(
      /one is no batch of CIFAR: expected data of n × 3072 unsigned bytes and n coarse_labels and/,
    );
    await writeFile(path('tiny-python.tar.gz'), 'other');
    expect((await captureError(() => loadCifar(both, fine, path()))).message).to.include(
      'is not the published archive',
    );
  });
});

describe('cifarSamples', () => {
  const read = (...bytes: readonly Buffer[]) =>
    cifarSamples(
      bytes.map((file, i) => ({ name: `file ${i}`, bytes: file })),
      { labelBytes: 2, labelAt: 1, classes: 2, records: 2 },
    );

  it('refuses a file of another length', async () => {
    const error = await captureError(() => read(files['one.bin'].subarray(1)));
    expect(error.message).to.include('file 0 has 6147 bytes; expected 2 records of 3074 bytes, 6148');
  });

  it('refuses a label that is none of the classes, and classes that are not of one size', async () => {
    const strange = Buffer.concat([record([0, 0], [0, 0, 0]), record([0, 2], [0, 0, 0])]);
    expect((await captureError(() => read(strange))).message).to.include('record 1 has the label 2; expected 0 … 1');
    const uneven = Buffer.concat([record([0, 1], [0, 0, 0]), record([0, 1], [0, 0, 0])]);
    expect((await captureError(() => read(uneven))).message).to.include('class 0 has 0 samples; expected 1 of each');
  });
});
