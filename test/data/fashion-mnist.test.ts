import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { expect } from 'chai';
import { fashionMnistFolder, loadFashionMnist } from '../../src/data/fashion-mnist.js';
import { temporaryFolder } from '../experiment/fixtures.js';
import { captureError } from '../support/capture-error.js';
import { tinyDataset, writeFiles } from './idx-bytes.js';

const debian = '/usr/share/datasets/fashion-mnist';

describe('loadFashionMnist', () => {
  const path = temporaryFolder();

  const real = existsSync(`${debian}/t10k-labels-idx1-ubyte.gz`);
  (real ? it : it.skip)(
    `gives all of it from Debian's files, digests checked${real ? '' : ` (${debian} is not here: apt install dataset-fashion-mnist)`}`,
    async () => {
      const { train, test, classes } = await loadFashionMnist(debian);
      // Sizes as published; the first labels as numpy reads them from the package's files.
      expect([train.size, test.size]).to.deep.equal([60_000, 10_000]);
      expect(train.shape).to.deep.equal([28, 28, 1]);
      expect([0, 1, 2, 3, 4].map((row) => train.label(row))).to.deep.equal([9, 0, 0, 3, 0]);
      expect([0, 1, 2, 3, 4].map((row) => test.label(row))).to.deep.equal([9, 2, 1, 1, 6]);
      expect(classes).to.deep.equal([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    },
  );

  it('refuses other files', async () => {
    await writeFiles(path(), tinyDataset());
    const error = await captureError(() => loadFashionMnist(path()));
    expect(error.code).to.equal('bad-data');
    expect(error.message).to.include('SHA-256').and.to.include('reverie data fetch fashion-mnist');
  });

  it('is looked for in one folder after the other', async () => {
    await writeFile(path('t10k-labels-idx1-ubyte.gz'), '');
    expect(fashionMnistFolder([path('none'), path()])).to.equal(path());
    const error = await captureError(() => fashionMnistFolder([path('none'), path('nor')]));
    expect(error.code).to.equal('bad-data');
    for (const text of [path('none'), path('nor'), 'reverie data fetch', 'dataset-fashion-mnist', '--data-dir']) {
      expect(error.message).to.include(text);
    }
  });
});
