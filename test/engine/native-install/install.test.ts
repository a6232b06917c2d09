import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { ReverieError } from '../../../src/core/errors.js';
import { renewLink } from '../../../src/engine/native-install/builds.js';
import { nativeStatus, removeNative } from '../../../src/engine/native-install/staged.js';
import { temporaryFolder } from '../../experiment/fixtures.js';
import { captureError } from '../../support/capture-error.js';
import { FakeMachine, sha256, wheelFile, wheelParts } from './fake-machine.js';
import { zipBytes } from '../../files/zip-bytes.js';

const addon = join('lib', 'napi-v8', 'tfjs_binding.node');

describe('installing the native engine', () => {
  const path = temporaryFolder();
  let machine: FakeMachine;

  beforeEach(async () => {
    machine = await FakeMachine.whole(path('machine'));
  });

  const inPackage = (...parts: readonly string[]): string => path('machine', 'modules', 'tfjs-node-gpu', ...parts);
  const staging = (): Promise<readonly string[]> => readdir(path('machine', 'cache', 'native'));

  it('downloads, takes the libraries out, compiles, links and tests', async () => {
    let tested = 0;
    const { build, linkedFrom } = await machine.install(
      {},
      {
        test: () => {
          tested++;
          return Promise.resolve();
        },
      },
    );
    expect(tested).to.equal(1);
    expect(linkedFrom).to.equal(inPackage());
    expect(await readFile(inPackage('deps', 'lib', 'libtensorflow_cc.so.2'), 'utf8')).to.equal('cc library');
    expect(await readFile(inPackage('deps', 'lib', 'libtensorflow_framework.so.2'), 'utf8')).to.equal(
      'framework library',
    );
    expect(await readFile(inPackage(addon), 'utf8')).to.equal('addon\n');
    // "cc library", "framework library" and "addon\n"; headers are needed for compiling only
    expect(build.bytes).to.equal(10 + 17 + 6);
    expect(Object.keys(build.manifest.files)).to.have.length(3);
  });

  it('leaves nothing but the build', async () => {
    await machine.install();
    expect(await staging()).to.deep.equal(['tensorflow-2.21.0-cpu-linux-x64-tfjs-4.22.0-napi8']);
  });

  it('asks pip for this very wheel, by version, platform and digest', async () => {
    await machine.install();
    const download = (await machine.calls()).find((call) => call.includes('pip download'));
    expect(download).to.match(
      /--no-deps .*--require-hashes .*--python-version 3\.11 --abi cp311 --platform manylinux_2_27_x86_64$/,
    );
  });

  it('does nothing twice: the second time links and tests', async () => {
    await machine.install();
    const before = await machine.calls();
    const { steps } = await machine.install();
    expect(steps).to.deep.equal([
      'TensorFlow 2.21.0 is staged and built already',
      'testing the native engine against cpu',
    ]);
    expect(await machine.calls()).to.deep.equal(before);
  });

  it('goes on with a wheel that came whole when it was interrupted', async () => {
    const stop = new AbortController();
    const interrupted = machine.install({
      signal: stop.signal,
      report: (event) => {
        if (event.type === 'step' && event.text.includes('taking')) stop.abort(new Error('stopped'));
      },
    });
    expect(await interrupted.catch((error: unknown) => error)).to.have.property('message', 'stopped');
    expect(await staging()).to.deep.equal(['downloads']);
    expect(existsSync(inPackage('lib'))).to.be.false;
    const { steps } = await machine.install();
    expect(steps[0]).to.equal(`${wheelFile} is there from the last time`);
    expect((await machine.calls()).filter((call) => call.includes('pip download'))).to.have.length(1);
  });

  it('takes a download anew that is not whole', async () => {
    await machine.file(`cache/native/downloads/${wheelFile}`, 'half of it');
    expect((await machine.install()).steps[0]).to.match(/^downloading /);
  });

  it('refuses what pip got where its digest is another, before it is unpacked', async () => {
    const known = {
      'linux-x64-cpu': { tensorflow: { [wheelFile]: sha256(Buffer.from('other')) }, also: {}, peakBytes: 1 },
    };
    const { code, message } = await captureError(() => machine.install({}, { known }));
    expect(code).to.equal('install-failed');
    expect(message).to.include('its SHA-256 is another; nothing was unpacked');
    expect(await staging()).to.deep.equal(['downloads']);
    expect(await readdir(path('machine', 'cache', 'native', 'downloads'))).to.deep.equal([]);
  });

  it('takes a build away that does not pass its test', async () => {
    const failing = { test: () => Promise.reject(new ReverieError('install-failed', 'it does not add up')) };
    expect((await captureError(() => machine.install({}, failing))).message).to.equal('it does not add up');
    expect(await staging()).to.deep.equal([]);
    expect(await readdir(inPackage())).to.deep.equal([]);
  });

  it('is done once where two begin at the same time', async () => {
    const both = await Promise.all([machine.install(), machine.install()]);
    expect(new Set(both.map(({ build }) => build.path)).size).to.equal(1);
    expect((await machine.calls()).filter((call) => call.includes(' -o '))).to.have.length(1);
    expect(existsSync(inPackage(addon))).to.be.true;
  });

  it('takes over from an installation that was killed, and sweeps up after it', async () => {
    // 2²² is above the largest process id of Linux.
    await machine.file('cache/native/install.lock', JSON.stringify({ pid: 2 ** 22 + 1, host: hostname() }));
    await machine.file(`cache/native/tensorflow-x.partial-${2 ** 22 + 1}/half`, 'half');
    const { steps } = await machine.install();
    expect(steps.some((step) => step.startsWith('waiting'))).to.be.false;
    expect(await staging()).to.have.length(1);
  });

  describe('offline', () => {
    it('takes a wheel, or the one in a folder, without Python', async () => {
      await rm(path('machine', 'bin', 'python3'));
      await machine.install({ from: path('machine', 'index', wheelFile) });
      await rm(path('machine', 'cache'), { recursive: true });
      await machine.install({ from: path('machine', 'index') });
      expect(existsSync(inPackage(addon))).to.be.true;
      expect(await readdir(path('machine', 'index'))).to.deep.equal([wheelFile]);
    });

    it('refuses a wheel that is not known, unless it is asked to take any', async () => {
      const from = await machine.file(
        'tensorflow-2.99.1-cp314-cp314-linux_x86_64.whl',
        zipBytes([...wheelParts].reverse()),
      );
      const { code, message } = await captureError(() => machine.install({ from }));
      expect(code).to.equal('bad-data');
      expect(message)
        .to.include(sha256(await readFile(from)))
        .and.to.include(wheelFile)
        .and.to.include('--any-digest');
      const { build } = await machine.install({ from, anyDigest: true });
      expect(build.manifest.tensorflow).to.equal('2.99.1');
      expect(build.path).to.include(`2.99.1-${sha256(await readFile(from)).slice(0, 12)}-cpu`);
    });

    it('refuses what has no TensorFlow in it', async () => {
      const from = await machine.file('tensorflow-1.0-py3-none-linux_x86_64.whl', zipBytes(wheelParts.slice(0, 1)));
      const { code, message } = await captureError(() => machine.install({ from, anyDigest: true }));
      expect(code).to.equal('bad-data');
      expect(message).to.include('there is no libtensorflow_framework in');
      for (const nothing of [path('machine', 'bin'), path('nowhere')]) {
        expect((await captureError(() => machine.install({ from: nothing }))).code).to.equal('bad-usage');
      }
    });
  });

  describe('shows what is missing, and what to do', () => {
    const cases: readonly (readonly [what: string, spoil: () => Promise<unknown>, message: RegExp])[] = [
      ['Python', () => rm(path('machine', 'bin', 'python3')), /python3 is not found.*apt install python3-pip.*--from/],
      [
        'pip',
        () => machine.tool('python3', 'if [ "$1" = -c ]; then echo cp311; else exit 1; fi'),
        /python3 has no pip.*ensurepip.*--from/,
      ],
      ['the compiler', () => rm(path('machine', 'bin', 'c++')), /no C\+\+ compiler is found.*apt install g\+\+/],
      [
        "Node's headers",
        () => rm(path('machine', 'node'), { recursive: true }),
        /headers of Node 20\.0\.0.*libnode-dev/,
      ],
      [
        'the network',
        () =>
          machine.tool(
            'python3',
            'if [ "$1" = -c ]; then echo cp311; fi\ncase "$*" in *download*) echo "ERROR: No matching distribution" >&2; exit 1;; esac',
          ),
        /pip does not get tensorflow-cpu==2\.21\.0: ERROR: No matching distribution; check the connection.*--from/,
      ],
    ];
    for (const [what, spoil, sentence] of cases) {
      it(`for ${what}`, async () => {
        await spoil();
        const { code, message } = await captureError(() => machine.install());
        expect(code).to.equal('engine-unavailable');
        expect(message).to.match(sentence);
        expect((await machine.calls()).filter((call) => call.includes(' -o '))).to.deep.equal([]);
      });
    }

    it('for the npm package', async () => {
      const { code, message } = await captureError(() => machine.install({}, { package_: undefined }));
      expect(code).to.equal('engine-unavailable');
      expect(message).to.include('npm install --ignore-scripts @tensorflow/tfjs-node-gpu@4.22.0');
    });

    it('for room on the disk', async () => {
      const known = { 'linux-x64-cpu': { tensorflow: { [wheelFile]: '' }, also: {}, peakBytes: 1e18 } };
      const { code, message } = await captureError(() => machine.install({}, { known }));
      expect(code).to.equal('engine-unavailable');
      expect(message).to.match(/it needs 1000000000000 MB in .* are free; make room, or set REVERIE_CACHE/);
    });

    it('for a cache that cannot be made', async () => {
      await machine.file('cache', 'a file');
      const { code, message } = await captureError(() => machine.install());
      expect(code).to.equal('engine-unavailable');
      expect(message).to.include('REVERIE_CACHE');
    });

    it('where the compiler fails: its first error', async () => {
      await machine.tool('c++', 'case "$*" in *--version*) exit 0;; esac\necho "a.cc:1: error: no such thing"; exit 1');
      const { code, message } = await captureError(() => machine.install());
      expect(code).to.equal('install-failed');
      expect(message).to.include('a.cc:1: error: no such thing').and.to.include('CXX=');
    });
  });

  it('keeps off an addon that somebody else has put there', async () => {
    await mkdir(inPackage('lib'));
    expect((await captureError(() => machine.install())).message).to.include(
      "a lib or deps folder that is not reverie's",
    );
    expect(renewLink(machine.package_, machine.host)).to.be.false;
  });

  describe('once done', () => {
    it('is linked again, without a rebuild, after npm ci', async () => {
      await machine.install();
      await rm(inPackage(), { recursive: true });
      await mkdir(inPackage());
      expect(renewLink(machine.package_, machine.host)).to.be.true;
      expect(existsSync(inPackage(addon))).to.be.true;
    });

    it('is not linked to another version of the package, or where it is not whole', async () => {
      const { build } = await machine.install();
      await rm(inPackage(), { recursive: true });
      await mkdir(inPackage());
      expect(renewLink({ ...machine.package_, version: '4.23.0' }, machine.host)).to.be.false;
      expect(renewLink(machine.package_, { ...machine.host, arch: 'arm64' })).to.be.false;
      await writeFile(join(build.path, addon), 'cut');
      expect(renewLink(machine.package_, machine.host)).to.be.false;
      expect(await readdir(inPackage())).to.deep.equal([]);
    });

    it('says what is staged where, how large, and whether it is linked', async () => {
      expect(nativeStatus(machine.host, machine.package_).staged).to.deep.equal([]);
      const { build } = await machine.install();
      const status = nativeStatus(machine.host, machine.package_);
      expect(status.package?.state).to.equal('linked');
      const [only] = status.staged;
      expect(only).to.include({ path: build.path, linked: true, content: 'TensorFlow 2.21.0 for tfjs-node 4.22.0' });
      expect(only?.bytes).to.be.greaterThan(build.bytes);
    });

    it('is removed with its link and nothing else, after saying what', async () => {
      const { build } = await machine.install();
      const mine = await machine.file('cache/native/notes.txt', 'mine');
      await symlink(path('elsewhere'), inPackage('other'));
      let reported: readonly string[] = [];
      await removeNative(
        (staged) => {
          reported = staged.map((one) => one.path);
          expect(existsSync(build.path)).to.be.true;
        },
        machine.host,
        machine.package_,
      );
      expect(reported).to.deep.equal([build.path]);
      expect(await staging()).to.deep.equal(['notes.txt']);
      expect(await readFile(mine, 'utf8')).to.equal('mine');
      expect(await readdir(inPackage())).to.deep.equal(['other']);
    });

    it('is not removed while an installation is at work', async () => {
      const { build } = await machine.install();
      await machine.file('cache/native/install.lock', JSON.stringify({ pid: process.pid, host: hostname() }));
      const never = (): never => {
        throw new Error('nothing is to be removed');
      };
      const { code, message } = await captureError(() => removeNative(never, machine.host, machine.package_));
      expect(code).to.equal('engine-unavailable');
      expect(message).to.include(`process ${process.pid}`);
      expect(existsSync(build.path)).to.be.true;
      expect(nativeStatus(machine.host, machine.package_).staged).to.have.length(1);
    });

    it('may be removed when there is nothing', async () => {
      await removeNative((staged) => expect(staged).to.deep.equal([]), machine.host, machine.package_);
    });
  });
});
