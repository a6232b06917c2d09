import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, readdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { temporaryFolder } from '../experiment/fixtures.js';
import { tiny } from './captured.js';

const root = fileURLToPath(new URL('../../', import.meta.url));

function start(parameters: readonly string[], env: Readonly<Record<string, string>> = {}) {
  const child = spawn(process.execPath, ['--import', 'tsx', 'src/cli/main.ts', ...parameters], {
    cwd: root,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const written = { out: '', err: '' };
  child.stdout.on('data', (chunk) => (written.out += String(chunk)));
  child.stderr.on('data', (chunk) => (written.err += String(chunk)));
  return { child, written, closed: once(child, 'close').then(([code]) => code as number | null) };
}

describe('the process', () => {
  const path = temporaryFolder();

  it('ends with the exit code of the command', async () => {
    expect(await start(['--version']).closed).to.equal(0);
    expect(await start(['rnu']).closed).to.equal(2);
  });

  /** Runs the command in a process whose coverage report, Node's own, tells which modules it loaded. */
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

  it('ends quietly when nobody reads on', async () => {
    const { child, closed, written } = start(['schema']);
    child.stdout.destroy();
    expect(await closed).to.equal(0);
    expect(written.err).to.equal('');
  });

  it('ends a run in good order at SIGINT, with exit code 130', async () => {
    const long = ['--set', 'training.iterations=1000000', '--learner', 'finetune'];
    const { child, closed, written } = start(['run', tiny, '--engine', 'cpu', '--out', path('runs'), ...long]);
    child.stdout.once('data', () => {
      // The first line comes before the run is listening, the second when it runs.
      child.stdout.once('data', () => child.kill('SIGINT'));
    });
    expect(await closed).to.equal(130);
    expect(written.err).to.match(/Stopping after this step[^]*no checkpoint[^]*Go on with: node .*--resume\n$/);
    expect(await readdir(path('runs', 'tiny-finetune-1'))).to.deep.equal(['events.jsonl']);
  });
});
