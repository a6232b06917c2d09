import { readFile, readdir, writeFile } from 'node:fs/promises';
import { expect } from 'chai';
import { writeAtomically } from '../../src/files/output-file.js';
import { errorOf, temporaryFolder } from '../experiment/fixtures.js';

describe('an atomic write', () => {
  const folder = temporaryFolder();

  it('replaces what was there', async () => {
    await writeFile(folder('f'), 'a much longer text before');
    await writeAtomically(folder('f'), (file) => file.writeFile('after'));
    expect(await readFile(folder('f'), 'utf8')).to.equal('after');
    expect(await readdir(folder())).to.deep.equal(['f']);
  });

  it('that fails half-way leaves the old content and no trace, and passes the failure on', async () => {
    await writeFile(folder('f'), 'before');
    const failure = new Error('half-way');
    const error = await errorOf(
      writeAtomically(folder('f'), async (file) => {
        await file.writeFile('af');
        expect(await readFile(folder('f'), 'utf8')).to.equal('before');
        throw failure;
      }),
    );
    expect(error).to.equal(failure);
    expect(await readFile(folder('f'), 'utf8')).to.equal('before');
    expect(await readdir(folder())).to.deep.equal(['f']);
  });
});
