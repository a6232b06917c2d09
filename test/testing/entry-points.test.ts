import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect } from 'chai';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** Prints what a program that imports an entry point of the built package gets. */
async function exportsOf(entry: string): Promise<readonly string[]> {
  const program = `console.log(JSON.stringify(Object.keys(await import('${entry}'))))`;
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', program], { cwd: root });
  return JSON.parse(stdout) as readonly string[];
}

describe('the entry points of the built package', () => {
  it('give a program runs, scenarios and plug-ins, and leave graphs and optimisers to reverie/engine', async () => {
    const [main, engine] = [await exportsOf('reverie'), await exportsOf('reverie/engine')];
    expect(main).to.include.members(['compose', 'definePart', 'loadScenario', 'plugIn', 'run', 'runTokens']);
    expect(engine).to.include.members(['graph', 'gradients', 'losses', 'selectEngine', 'Trainer']);
    expect(main.filter((name) => ['graph', 'gradients', 'losses', 'Trainer'].includes(name))).to.deep.equal([]);
  });

  it('let a user try parts of their own by reverie/testing, on any engine, under mocha', async function () {
    this.timeout(120_000);
    const mocha = fileURLToPath(new URL('../../node_modules/mocha/bin/mocha.js', import.meta.url));
    const parameters = [mocha, '--no-config', '--timeout', '60000', '--reporter', 'json', 'test/testing/of-a-user.mjs'];
    const { stdout } = await promisify(execFile)(process.execPath, parameters, { cwd: root, maxBuffer: 2 ** 24 });
    const { stats } = JSON.parse(stdout) as { readonly stats: { readonly passes: number; readonly failures: number } };
    expect(stats.failures).to.equal(0);
    expect(stats.passes).to.be.greaterThan(20);
  });

  it('say what is missing where no test runner runs', async () => {
    const program = `(await import('reverie/testing')).encoderContract('x', () => undefined)`;
    const parameters = ['--input-type=module', '-e', program];
    const failure: unknown = await promisify(execFile)(process.execPath, parameters, { cwd: root }).catch(
      (error: unknown) => error,
    );
    expect(failure).to.have.property('stderr').that.includes('need describe and it as globals');
  });
});
