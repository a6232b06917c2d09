import { execFile } from 'node:child_process';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { nativePackage } from '../../src/engine/native-install/host.js';
import { workDisplay } from '../../src/cli/progress/work-display.js';
import { temporaryFolder } from '../experiment/fixtures.js';
import { called, captured } from './captured.js';

const root = fileURLToPath(new URL('../../', import.meta.url));

interface Ended {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Runs the command line in a process of its own, with another environment. */
function started(parameters: readonly string[], env: Readonly<Record<string, string>>): Promise<Ended> {
  return new Promise((resolve) => {
    const all = ['--import', 'tsx', 'src/cli/main.ts', ...parameters];
    const child = execFile(
      process.execPath,
      all,
      { cwd: root, env: { ...process.env, ...env } },
      (_error, out, err) => {
        resolve({ code: child.exitCode ?? -1, out, err });
      },
    );
  });
}

describe('reverie engine', () => {
  const path = temporaryFolder();

  it('reports of each engine whether it loads, with the versions of its libraries', async () => {
    const { code, out } = await called(['engine', 'status']);
    expect(code).to.equal(0);
    expect(out.split('\n').filter((line) => /^\w/.test(line))).to.deep.equal(['ort', 'native', 'wasm', 'cpu']);
    expect(out).to.match(/^ort\n {2}loads: onnxruntime-node \d+\.\d+\.\d+\n {2}.*GPU providers/);
    expect(out).to.match(/^wasm\n {2}loads: .*@tensorflow\/tfjs-backend-wasm \d/m);
    expect(out).to.match(/^native\n {2}(loads: .*tensorflow \d|does not load: .*"reverie engine install")/m);
  });

  it('says where nothing is staged', async () => {
    const { out } = await started(['engine', 'status'], { REVERIE_CACHE: path('cache') });
    expect(out).to.include(`nothing is staged in ${path('cache', 'native')}`);
  });

  it('removes what is staged and says what', async () => {
    const staged = path('native', 'tensorflow-1.0-cpu-linux-x64-tfjs-4.22.0-napi8');
    await mkdir(staged, { recursive: true });
    await writeFile(`${staged}/some`, '12345');
    await writeFile(path('native', 'other'), '');
    const { code, out } = await started(['engine', 'remove'], { REVERIE_CACHE: path() });
    expect(code).to.equal(0);
    expect(out).to.include(`deleting ${staged} (5 B)\n`);
    expect(await readdir(path('native'))).to.deep.equal(['other']);
    expect((await started(['engine', 'remove'], { REVERIE_CACHE: path() })).out).to.match(/^nothing .* is staged\n$/);
  });

  describe('install', () => {
    before(function () {
      // Elsewhere each of these ends for another reason, and would say nothing of the one that it is about.
      if (process.platform === 'win32' || nativePackage() === undefined) this.skip();
    });

    it('ends with 2 and one sentence where a tool is missing, and leaves nothing', async () => {
      const { code, out, err } = await started(['engine', 'install'], {
        REVERIE_CACHE: path('cache'),
        CXX: path('no-cxx'),
      });
      expect({ code, out }).to.deep.equal({ code: 2, out: '' });
      expect(err).to.match(/^reverie: the native engine cannot be installed: no C\+\+ compiler is found \(.*; .*\n$/);
      expect(await readdir(path('cache', 'native'))).to.deep.equal([]);
    });

    it('refuses a wheel that is not there', async () => {
      const { code, err } = await started(['engine', 'install', '--from', 'no.whl'], { REVERIE_CACHE: path('cache') });
      expect(code).to.equal(2);
      expect(err).to.equal('reverie: --from no.whl: there is no such file or folder\n');
    });
  });

  it('names its commands where none is given', async () => {
    const { code, err } = await called(['engine']);
    expect(code).to.equal(2);
    for (const name of ['status', 'install', 'remove']) expect(err).to.include(name);
  });
});

describe('the display of an installation', () => {
  const mega = 2 ** 20;

  it('writes, to a file, a line a step and now and then the bytes, the rate and the time left', () => {
    let now = 0;
    const around = captured();
    const { report } = workDisplay(around.out, () => now);
    report({ type: 'step', text: 'downloading' });
    for (now = 1000; now <= 20_000; now += 1000) report({ type: 'progress', done: now * 1000, total: 40e6 });
    expect(around.written.out).to.equal(
      // 10 s at 1,000,000 B/s = 976.6 KiB/s, of 40,000,000 B = 38.1 MiB: 9.5 MiB are done after 10 s
      'downloading\n  9.5 MiB of 38 MiB, 977 KiB/s, 30.0 s left\n  19 MiB of 38 MiB, 977 KiB/s, 20.0 s left\n',
    );
  });

  it('does without the time left where the size is not known', () => {
    let now = 0;
    const around = captured();
    const { report } = workDisplay(around.out, () => now);
    report({ type: 'step', text: 'downloading' });
    now = 10_000;
    report({ type: 'progress', done: 20 * mega });
    expect(around.written.out).to.equal('downloading\n  20 MiB, 2.0 MiB/s\n');
  });

  it('rewrites one line in a terminal, and takes it away in the end', () => {
    let now = 0;
    const around = captured();
    const { report, end } = workDisplay({ ...around.out, terminal: true, width: 80 }, () => now);
    report({ type: 'step', text: 'downloading' });
    for (const time of [1000, 2000]) {
      now = time;
      report({ type: 'progress', done: time * 1024, total: 4000 * 1024 });
    }
    end();
    const line = (text: string): string => `\r  ${text}\u001b[K`;
    expect(around.written.out).to.equal(
      `downloading\n${line('1000 KiB of 3.9 MiB, 1000 KiB/s, 3.0 s left')}${line('2.0 MiB of 3.9 MiB, 1000 KiB/s, 2.0 s left')}\r\u001b[K`,
    );
  });
});
