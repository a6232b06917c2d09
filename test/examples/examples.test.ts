import { execFile } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect } from 'chai';

const execute = promisify(execFile);

describe('examples', () => {
  it('watch-a-run reports every task of the smoke scenario', async () => {
    const { stdout } = await execute(process.execPath, ['--import', 'tsx', 'examples/watch-a-run.ts']);
    const lines = stdout.trim().split('\n');
    expect(lines.filter((line) => /^task \d: classes \d, \d$/.test(line))).to.have.length(5);
    expect(lines.at(-1)).to.match(/^accuracy over samples (1|0\.9\d*)$/);
  });

  it('in the folder itself are each run or loaded by a test', async () => {
    const files = (await readdir('test', { recursive: true })).filter((name) => name.endsWith('.test.ts'));
    const tests = (await Promise.all(files.map((name) => readFile(join('test', name), 'utf8')))).join('\n');
    const examples = (await readdir('examples')).filter((name) => name.endsWith('.ts'));
    expect(examples.filter((name) => !tests.includes(`'examples/${name}'`))).to.deep.equal([]);
    expect(examples).to.include('watch-a-run.ts');
  });
});
