import { execFile } from 'node:child_process';
import { mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect } from 'chai';
import { temporaryFolder } from '../experiment/fixtures.js';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** Prints what a program that imports an entry point of the built package gets. */
async function exportsOf(entry: string): Promise<readonly string[]> {
  const program = `console.log(JSON.stringify(Object.keys(await import('${entry}'))))`;
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', program], { cwd: root });
  return JSON.parse(stdout) as readonly string[];
}

/** A project of a user, with this package and those it needs; optional ones are not installed. */
async function projectOfUser(folder: string, program: string): Promise<void> {
  const { optionalDependencies } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as {
    readonly optionalDependencies: Readonly<Record<string, string>>;
  };
  const modules = join(root, 'node_modules');
  for (const name of await readdir(modules)) {
    const inside = name.startsWith('@') ? await readdir(join(modules, name)) : undefined;
    for (const one of inside?.map((each) => `${name}/${each}`) ?? [name]) {
      if (one in optionalDependencies || name.startsWith('.')) continue;
      await mkdir(join(folder, 'node_modules', inside === undefined ? '' : name), { recursive: true });
      await symlink(join(modules, one), join(folder, 'node_modules', one));
    }
  }
  await symlink(root, join(folder, 'node_modules', 'reverie'));
  await writeFile(join(folder, 'program.ts'), program);
  const compilerOptions = {
    ...{ module: 'nodenext', target: 'es2022', strict: true, noEmit: true, types: ['node'] },
    // Links are taken for what they stand for: the package finds what this project has, not what the package's clone has.
    ...{ preserveSymlinks: true, skipLibCheck: false },
  };
  await writeFile(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: ['program.ts'] }));
}

describe('the entry points of the built package', () => {
  const folder = temporaryFolder();

  it('compile with every check, for a program that has installed nothing optional', async function () {
    this.timeout(180_000);
    await projectOfUser(
      folder(),
      [
        "import { compose, plugIn, type RunResult } from 'reverie';",
        "import { Trainer } from 'reverie/engine';",
        "import { learnerContract } from 'reverie/testing';",
        'export const used = [compose, plugIn, Trainer, learnerContract];',
        'export const accuracy = ({ metrics }: RunResult) => metrics.accuracyOverSamples;',
      ].join('\n'),
    );
    const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
    const said: unknown = await promisify(execFile)(process.execPath, [tsc, '-p', folder()]).then(
      ({ stdout }) => stdout,
      (failure: unknown) => (failure as { readonly stdout: string }).stdout,
    );
    expect(said).to.equal('');
  });

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
