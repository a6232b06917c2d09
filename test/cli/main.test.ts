import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, existsSync, openSync } from 'node:fs';
import { readFile, readdir, stat, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { temporaryFolder } from '../experiment/fixtures.js';
import { tiny } from './captured.js';

const root = fileURLToPath(new URL('../../', import.meta.url));

function start(
  parameters: readonly string[],
  env: Readonly<Record<string, string>> = {},
  out: 'pipe' | number = 'pipe',
) {
  const child = spawn(process.execPath, ['--import', 'tsx', 'src/cli/main.ts', ...parameters], {
    cwd: root,
    env: { ...process.env, ...env },
    stdio: ['ignore', out, 'pipe'],
  });
  const written = { out: '', err: '' };
  child.stdout?.on('data', (chunk) => (written.out += String(chunk)));
  child.stderr?.on('data', (chunk) => (written.err += String(chunk)));
  return { child, written, closed: once(child, 'close').then(([code]) => code as number | null) };
}

describe('the process', () => {
  const path = temporaryFolder();
  const onLinux = process.platform === 'linux' ? it : it.skip;

  it('ends with the exit code of the command', async () => {
    expect(await start(['--version']).closed).to.equal(0);
    expect(await start(['rnu']).closed).to.equal(2);
  });

  // As it is built: what loads TypeScript opens files of its own.
  const built = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));
  (process.platform === 'linux' && existsSync(built) ? it : it.skip)(
    'says in a sentence that its own modules cannot be loaded, for too few files may be open',
    async () => {
      const command = `ulimit -n 24; unset NODE_OPTIONS; exec '${process.execPath}' '${built}' list`;
      const child = spawn('bash', ['-c', command], { stdio: ['ignore', 'ignore', 'pipe'] });
      let err = '';
      child.stderr.on('data', (chunk) => (err += String(chunk)));
      expect(await once(child, 'close')).to.deep.equal([1, null]);
      expect(err).to.match(/^reverie: too many files are open for this system; raise the limit.*\n$/);
    },
  );

  /** Runs the command in a process whose coverage report, Node's own, shows which modules it loaded. */
  async function loadedBy(...parameters: readonly string[]): Promise<string> {
    expect(await start(parameters, { NODE_V8_COVERAGE: path() }).closed).to.equal(0);
    const reports = await Promise.all((await readdir(path())).map((file) => readFile(path(file), 'utf8')));
    return reports.join('\n');
  }

  const engineLibraries = ['@tensorflow', 'onnxruntime-node', 'onnxruntime-common'];

  it('loads nothing heavy to show its help', async () => {
    const loaded = await loadedBy('run', '--help');
    expect(loaded).to.include('src/cli/program').and.to.include('node_modules/commander');
    for (const name of ['zod', 'yaml', 'rxjs', 'inversify', 'listr2', ...engineLibraries]) {
      expect(loaded, name).not.to.include(`node_modules/${name}/`);
    }
  });

  it('loads no engine to list what there is, and nothing that only a run needs', async () => {
    const loaded = await loadedBy('list');
    expect(loaded).to.include('src/engine/presence').and.to.include('node_modules/zod/');
    for (const name of ['rxjs', 'inversify', 'listr2', ...engineLibraries]) {
      expect(loaded, name).not.to.include(`node_modules/${name}/`);
    }
  });

  it('names a learner that waits for what nothing can bring about, with exit code 1', async () => {
    const hangs = ['--plugin', 'test/cli/plug-ins/hangs.mjs', '--learner', 'hangs', '--engine', 'cpu'];
    const { closed, written } = start(['run', tiny, ...hangs, '--out', path('runs'), '--quiet']);
    expect(await closed).to.equal(1);
    expect(written.err).to.match(/^reverie: learner "hangs" failed while learning task 1: it waits for something/);
  });

  it('reads a scenario from standard input', async () => {
    const text = await readFile(tiny);
    const run = spawn(process.execPath, ['--import', 'tsx', 'src/cli/main.ts', 'validate', '-'], { cwd: root });
    let out = '';
    run.stdout.on('data', (chunk) => (out += String(chunk)));
    run.stdin.end(text);
    expect(await once(run, 'close')).to.deep.equal([0, null]);
    expect(out).to.include('is a valid scenario: tiny');
    const wrong = spawn(process.execPath, ['--import', 'tsx', 'src/cli/main.ts', 'validate', '-'], { cwd: root });
    let err = '';
    wrong.stderr.on('data', (chunk) => (err += String(chunk)));
    wrong.stdin.end('name: a\ntasks: five\n');
    expect(await once(wrong, 'close')).to.deep.equal([2, null]);
    expect(err).to.include('<stdin>:2:8 tasks: expected');
  });

  it('ends quietly when nobody reads on', async () => {
    const { child, closed, written } = start(['schema']);
    child.stdout?.destroy();
    expect(await closed).to.equal(0);
    expect(written.err).to.equal('');
  });

  onLinux('ends with a sentence and exit code 1 when what it prints cannot be written', async () => {
    const scenario = ['run', tiny, '--engine', 'cpu', '--out', path('runs'), '--learner', 'finetune'];
    for (const parameters of [['schema'], ['list'], ['--help'], ['validate', tiny], scenario]) {
      // A device that is always full.
      const full = openSync('/dev/full', 'w');
      const { closed, written } = start(parameters, {}, full);
      closeSync(full);
      expect(await closed, parameters.join(' ')).to.equal(1);
      expect(written.err).to.match(/^reverie: stdout cannot be written: the disk is full; [^\n]*\n$/);
    }
  }).timeout(60_000);

  onLinux('ends with exit code 1 when only the beginning of what it prints can be written', async () => {
    // A shell's limit on the size of files: 8 blocks, where the schema has over a hundred.
    const command = `ulimit -f 8; unset NODE_OPTIONS; exec '${process.execPath}' --import tsx src/cli/main.ts schema > '${path('schema')}'`;
    const child = spawn('sh', ['-c', command], { cwd: root, stdio: ['ignore', 'ignore', 'pipe'] });
    let err = '';
    child.stderr.on('data', (chunk) => (err += String(chunk)));
    const [code] = (await once(child, 'close')) as [number];
    expect([code, err]).to.satisfy(([ended, said]: [number, string]) => ended === 1 && said.includes('EFBIG'));
    expect((await stat(path('schema'))).size).to.be.within(1, 8192);
  });

  it('names what a plug-in leaves behind: an error that nobody catches', async () => {
    const file = path('late.mjs');
    for (const late of ["Promise.reject(new Error('late'))", "setTimeout(() => { throw new Error('late'); })"]) {
      await writeFile(
        file,
        `${late};\nexport const reverie = {};\nawait new Promise((done) => setTimeout(done, 50));\n`,
      );
      const { closed, written } = start(['list', '--plugin', file]);
      expect(await closed).to.equal(1);
      expect(written.err).to.match(/^reverie: an error that nobody caught: late; look in the plug-in[^\n]*\n$/);
    }
  });

  it('ends a run in good order at SIGINT, with exit code 130', async () => {
    const long = ['--set', 'training.iterations=1000000', '--learner', 'finetune'];
    const { child, closed, written } = start(['run', tiny, '--engine', 'cpu', '--out', path('runs'), ...long]);
    // The first line comes before the run is listening, the second when it runs; both may come at once.
    const interrupt = (): void => {
      if (written.out.split('\n').length <= 2) return;
      child.stdout?.off('data', interrupt);
      child.kill('SIGINT');
    };
    child.stdout?.on('data', interrupt);
    expect(await closed).to.equal(130);
    expect(written.err).to.match(/Stopping after this step[^]*no checkpoint[^]*Go on with: node .*--resume\n$/);
    expect(await readdir(path('runs', 'tiny-finetune-1'))).to.deep.equal(['events.jsonl']);
  });
});
