import { execFile } from 'node:child_process';
import { readdir } from 'node:fs/promises';
import { promisify } from 'node:util';
import { expect } from 'chai';

const execute = promisify(execFile);

describe('examples', () => {
  it('watch-a-run tells of every task of the smoke scenario', async () => {
    const { stdout } = await execute(process.execPath, ['--import', 'tsx', 'examples/watch-a-run.ts']);
    const lines = stdout.trim().split('\n');
    expect(lines.filter((line) => /^task \d: classes \d, \d$/.test(line))).to.have.length(5);
    expect(lines.at(-1)).to.match(/^accuracy so far (1|0\.9\d*)$/);
  });

  it('in the folder itself are all run by a test: this one, or test/di/composition.test.ts', async () => {
    expect((await readdir('examples')).filter((name) => name.endsWith('.ts'))).to.have.members([
      'nearest-mean.ts',
      'own-encoder.ts',
      'walks-from-the-mean.ts',
      'watch-a-run.ts',
    ]);
  });
});
