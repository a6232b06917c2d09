import { expect } from 'chai';
import { reportFailure } from '../../src/cli/failure.js';
import { workingDirectory } from '../../src/cli/working-directory.js';
import { captureError } from '../support/capture-error.js';
import { captured } from './captured.js';

describe('an odd machine', () => {
  it('whose working directory is gone gets a sentence', async () => {
    // What Node throws then.
    const gone = (): never => {
      throw Object.assign(new Error('ENOENT: no such file or directory, uv_cwd'), {
        code: 'ENOENT',
        syscall: 'uv_cwd',
      });
    };
    const error = await captureError(() => workingDirectory({ cwd: gone }));
    expect(error.code).to.equal('bad-usage');
    expect(error.message).to.match(/^the working directory is gone; change to one that is there/);
    expect(workingDirectory({ cwd: () => '/work' })).to.equal('/work');
  });

  it('that lets few files be open is named, with what raises the limit', () => {
    const around = captured();
    reportFailure(Object.assign(new Error('EMFILE: too many open files'), { code: 'EMFILE' }), around);
    expect(around.written.err).to.include('too many files are open for this system; raise the limit');
  });
});
