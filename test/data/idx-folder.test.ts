import { expect } from 'chai';
import { createHash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { loadIdxFolder } from '../../src/data/idx-folder.js';
import { idxFiles, type IdxKey } from '../../src/data/idx-names.js';
import { captureError } from '../support/capture-error.js';
import { idxBytes, inFolder, tinyDataset, writeFiles } from './idx-bytes.js';

const load = (files: Parameters<typeof writeFiles>[1], suffix = '') =>
  inFolder(async (dir) => {
    await writeFiles(dir, files, suffix);
    return loadIdxFolder({ name: 'tiny', dir, source: 'Made for a test.' });
  });

describe('loadIdxFolder', () => {
  it('scales pixels to [0, 1] and gives a sample the shape height × width × 1', async () => {
    const { train, test, classes, name, source, scale } = await load(tinyDataset());
    expect([train.size, test.size]).to.deep.equal([3, 2]);
    expect(train.shape).to.deep.equal([2, 3, 1]);
    expect([0, 1, 2].map((row) => train.label(row))).to.deep.equal([5, 0, 5]);
    expect(classes).to.deep.equal([0, 5]);
    expect([name, source]).to.deep.equal(['tiny', 'Made for a test.']);
    expect(scale).to.deep.equal({ shape: [2, 3], offset: [0], range: [255], clipped: false });
    const out = new Float32Array(6);
    train.copyRows([0], out);
    // 0, 51, …, 255 of 255 are 0, 0.2, …, 1.
    expect(Array.from(out)).to.deep.equal([0, 0.2, 0.4, 0.6, 0.8, 1].map(Math.fround));
  });

  it('takes gzipped files', async () => {
    const { trainImages, trainLabels, testImages, testLabels } = tinyDataset();
    const { test } = await load(
      {
        trainImages: gzipSync(trainImages),
        trainLabels: gzipSync(trainLabels),
        testImages: gzipSync(testImages),
        testLabels: gzipSync(testLabels),
      },
      '.gz',
    );
    expect([test.label(0), test.label(1)]).to.deep.equal([0, 5]);
  });

  it('takes names with a dot, folders of the same names, and EMNIST’s names', async () => {
    const files = Object.entries(tinyDataset()) as [IdxKey, Uint8Array][];
    const layouts: Readonly<Record<string, (name: string) => string>> = {
      dotted: (name) => name.replace('-idx', '.idx'),
      'in folders': (name) => `${name}/${name}`,
      'dotted in folders': (name) => `${name}/${name.replace('-idx', '.idx')}`,
      emnist: (name) => `emnist-letters-${name.replace('t10k', 'test')}`,
    };
    for (const [what, named] of Object.entries(layouts)) {
      await inFolder(async (dir) => {
        for (const [key, bytes] of files) {
          const file = join(dir, named(idxFiles[key]));
          await mkdir(dirname(file), { recursive: true });
          await writeFile(file, bytes);
        }
        const { train, test } = await loadIdxFolder({ name: 'idx', dir, source: '' });
        expect([train.size, test.size], what).to.deep.equal([3, 2]);
        const out = new Float32Array(6);
        train.copyRows([0], out);
        // EMNIST's images lie column by column: two rows of three pixels in the file are two columns of three.
        const values = what === 'emnist' ? [0, 0.6, 0.2, 0.8, 0.4, 1] : [0, 0.2, 0.4, 0.6, 0.8, 1];
        expect([train.shape, Array.from(out)], what).to.deep.equal([
          what === 'emnist' ? [3, 2, 1] : [2, 3, 1],
          values.map(Math.fround),
        ]);
      });
    }
  });

  it('asks which of several of EMNIST’s data sets is meant', async () => {
    await inFolder(async (dir) => {
      for (const which of ['letters', 'digits']) {
        for (const [key, bytes] of Object.entries(tinyDataset()) as [IdxKey, Uint8Array][]) {
          await writeFile(join(dir, `emnist-${which}-${idxFiles[key].replace('t10k', 'test')}`), bytes);
        }
      }
      const error = await captureError(() => loadIdxFolder({ name: 'idx', dir, source: '' }));
      expect(error.message).to.include(
        'has several data sets: emnist-digits, emnist-letters; choose one with the option prefix',
      );
      const { train } = await loadIdxFolder({ name: 'idx', dir, source: '', prefix: 'emnist-digits' });
      expect(train.size).to.equal(3);
    });
  });

  it('refuses a folder that lacks a file, naming the file and all that are expected', async () => {
    const { trainImages, trainLabels, testImages } = tinyDataset();
    const error = await captureError(() => load({ trainImages, trainLabels, testImages }));
    expect(error.code).to.equal('bad-data');
    expect(error.message).to.include('no readable file t10k-labels-idx1-ubyte or t10k-labels-idx1-ubyte.gz');
    expect(error.message).to.include('train-images-idx3-ubyte, train-labels-idx1-ubyte');
  });

  it('refuses labels and images of different lengths', async () => {
    const error = await captureError(() => load({ ...tinyDataset(), trainLabels: idxBytes([2], [5, 0]) }));
    expect(error.code).to.equal('bad-data');
    expect(error.message).to.match(/train-images-idx3-ubyte has 3 images, but .*train-labels-idx1-ubyte has 2 labels/);
  });

  it('refuses training and test images of different shapes', async () => {
    const testImages = idxBytes([2, 3, 2], new Array<number>(12).fill(0));
    const error = await captureError(() => load({ ...tinyDataset(), testImages }));
    expect(error.code).to.equal('bad-data');
    expect(error.message).to.include('[2, 3, 1] and test images [3, 2, 1]');
  });

  it('checks digests where they are declared', async () => {
    const files = tinyDataset();
    const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
    const digests = {
      trainImages: sha256(files.trainImages),
      trainLabels: sha256(files.trainLabels),
      testImages: sha256(files.testImages),
      testLabels: sha256(files.testLabels),
    };
    await inFolder(async (dir) => {
      const folder = { name: 'tiny', dir, source: '', digests, otherwise: 'ask its author' };
      await writeFiles(dir, files);
      expect((await loadIdxFolder(folder)).train.size).to.equal(3);
      await writeFiles(dir, { testLabels: idxBytes([2], [5, 0]) });
      const error = await captureError(() => loadIdxFolder(folder));
      expect(error.code).to.equal('bad-data');
      expect(error.message).to.match(/t10k-labels-idx1-ubyte is not the file .*; ask its author$/);
    });
  });
});
