import { stat, writeFile } from 'node:fs/promises';
import { expect } from 'chai';
import { makeDirectory } from '../../src/files/file-system.js';
import { errorOf, temporaryFolder } from '../experiment/fixtures.js';

describe('making a directory', () => {
  const folder = temporaryFolder();

  it('makes those above it too, and minds none that is there, also when asked twice at once', async () => {
    await Promise.all([makeDirectory(folder('a', 'b', 'c')), makeDirectory(folder('a', 'b', 'd'))]);
    await makeDirectory(folder('a', 'b', 'c'));
    expect((await stat(folder('a', 'b', 'c'))).isDirectory()).to.equal(true);
    expect((await stat(folder('a', 'b', 'd'))).isDirectory()).to.equal(true);
  });

  it('fails where a file is in the way', async () => {
    await writeFile(folder('file'), '');
    expect(await errorOf(makeDirectory(folder('file')))).to.have.property('code', 'EEXIST');
    expect(await errorOf(makeDirectory(folder('file', 'a', 'b')))).to.have.property('code', 'ENOTDIR');
  });
});
