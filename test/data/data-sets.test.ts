import { expect } from 'chai';
import { dataSets } from '../../src/data/data-sets.js';
import { captureError } from '../support/capture-error.js';
import { inFolder, tinyDataset, writeFiles } from './idx-bytes.js';

describe('dataSets', () => {
  it('says a sentence about each and refuses options that it does not have', () => {
    for (const [name, part] of Object.entries(dataSets)) {
      expect(part.summary, name).to.match(/\.$/);
      expect(part.options.safeParse({ nonsense: 1 }).success, name).to.equal(false);
      expect(part.options.safeParse({}).success, name).to.equal(true);
    }
  });

  it('idx: takes any four files from --data-dir, once a process', async () => {
    await inFolder(async (dir) => {
      await writeFiles(dir, tinyDataset());
      const dataset = await dataSets.idx.make({}, { dir });
      expect(dataset.train.size).to.equal(3);
      expect(await dataSets.idx.make({}, { dir })).to.equal(dataset);
    });
  });

  it('idx: tries again after a load that failed', async () => {
    await inFolder(async (dir) => {
      expect((await captureError(() => dataSets.idx.make({}, { dir }))).code).to.equal('bad-data');
      await writeFiles(dir, tinyDataset());
      expect((await dataSets.idx.make({}, { dir })).test.size).to.equal(2);
    });
  });

  it('idx: needs a folder', async () => {
    const error = await captureError(() => dataSets.idx.make({}, {}));
    expect(error.code).to.equal('bad-data');
    expect(error.message).to.include('--data-dir');
  });

  it('mnist: takes --data-dir and checks what is there', async () => {
    await inFolder(async (dir) => {
      await writeFiles(dir, tinyDataset());
      expect((await captureError(() => dataSets.mnist.make({}, { dir }))).message).to.include('SHA-256');
    });
  });

  it('synthetic: is made from its options', async () => {
    const dataset = await dataSets.synthetic.make({ classes: 3 }, {});
    expect(dataset.classes).to.deep.equal([0, 1, 2]);
  });
});
