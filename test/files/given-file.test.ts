import { execFileSync } from 'node:child_process';
import { mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { expect } from 'chai';
import { loadCifar10 } from '../../src/data/cifar.js';
import { featuresOptions, loadFeatures } from '../../src/data/features.js';
import { fetchDataset } from '../../src/data/fetching/fetch-dataset.js';
import { loadIdxFolder } from '../../src/data/idx-folder.js';
import { loadPlugIn } from '../../src/di/plug-in.js';
import { readModelFiles } from '../../src/engine/models/model-files.js';
import { eventLog } from '../../src/experiment/event-log.js';
import { readResult } from '../../src/experiment/result-file.js';
import { readSavedRun } from '../../src/experiment/saved-run.js';
import { givenPieces, readGiven } from '../../src/files/given-file.js';
import { withLock } from '../../src/files/lock.js';
import { readScenarioText } from '../../src/scenarios/scenario-text.js';
import { temporaryFolder } from '../experiment/fixtures.js';
import { captureError } from '../support/capture-error.js';
import { someRunStarted } from '../support/some-events.js';

const signal = new AbortController().signal;
const report = (): void => undefined;

/** Whatever reads a file that somebody else may have made: the file, from a folder, and the reading of it. */
const readers: Readonly<Record<string, readonly [file: string, read: (folder: string) => unknown]>> = {
  'a scenario': ['a.yaml', (folder) => readScenarioText(`${folder}/a.yaml`)],
  'features in an archive': ['features.npz', (folder) => loadFeatures(featuresOptions.parse({}), folder)],
  'features in a folder': ['x/y_train.npy', (folder) => loadFeatures(featuresOptions.parse({ path: 'x' }), folder)],
  'an IDX file': ['train-images-idx3-ubyte', (dir) => loadIdxFolder({ name: 'idx', dir, source: '' })],
  'the archive of CIFAR': ['cifar-10-binary.tar.gz', (folder) => loadCifar10(folder)],
  'a batch of CIFAR': ['test_batch.bin', (folder) => loadCifar10(folder)],
  'the file of --from': [
    'cifar-10-binary.tar.gz',
    (folder) =>
      fetchDataset(
        'cifar10',
        { report, signal, from: `${folder}/cifar-10-binary.tar.gz` },
        { machine: { platform: 'linux', env: { REVERIE_CACHE: `${folder}/cache` } } },
      ),
  ],
  'the topology of a model': ['model.json', (folder) => readModelFiles(folder)],
  'a result': ['result.json', (folder) => readResult(`${folder}/result.json`)],
  'a checkpoint': ['checkpoints/task-1.reverie', (folder) => readSavedRun(folder)],
  'a plug-in': ['own.mjs', (folder) => loadPlugIn(`${folder}/own.mjs`)],
  'a lock': ['a.lock', (folder) => withLock(`${folder}/a.lock`, signal, report, () => Promise.resolve())],
  'the log of a run': [
    'events.jsonl',
    (folder) => {
      void eventLog(`${folder}/events.jsonl`).observe(someRunStarted({ resumedAfter: 1 }));
    },
  ],
};

/** What may stand where a file is expected. */
const kinds: Readonly<Record<string, (path: string) => Promise<unknown>>> = {
  'a pipe': (path) => Promise.resolve(execFileSync('mkfifo', [path])),
  'a link to a pipe': async (path) => {
    execFileSync('mkfifo', [`${path}.pipe`]);
    await symlink(`${path}.pipe`, path);
  },
  'a link to a device without an end': (path) => symlink('/dev/zero', path),
  'a folder': (path) => mkdir(path),
};

/** Files below /proc are as odd as files can be. */
const onLinux = process.platform === 'linux' ? it : it.skip;

describe('a file given from outside', () => {
  const path = temporaryFolder();

  for (const [what, [file, read]] of Object.entries(readers)) {
    for (const [kind, make] of Object.entries(kinds)) {
      it(`is refused in a sentence where ${what} is ${kind}`, async () => {
        await mkdir(dirname(path(file)), { recursive: true });
        await make(path(file));
        const error = await captureError(() => read(path()));
        expect(error.message).to.include(file.split('/').at(-1)).and.to.not.include('\n');
      });
    }
  }

  it('is not written to through a link: the log of a run leaves what the link leads to as it was', async () => {
    await writeFile(path('other'), 'precious');
    await symlink(path('other'), path('events.jsonl'));
    const error = await captureError(() => {
      void eventLog(path('events.jsonl')).observe(someRunStarted({}));
    });
    expect(error.message).to.include('a link of that name is in the way');
    expect(await readFile(path('other'), 'utf8')).to.equal('precious');
  });

  onLinux('is read as far as its limit, whatever it says of its size', async () => {
    const limited = { maxBytes: 10, what: 'a small file', remedy: 'give another' };
    // What /proc says of its files' sizes is 0.
    const error = await captureError(() => readGiven('/proc/self/status', limited));
    expect(error.message).to.equal(
      '/proc/self/status has more than 10 bytes, expected at most 10; expected a small file; give another',
    );
  });

  onLinux('is refused in a sentence where reading it fails', async () => {
    // The first page of a process is never mapped, so that the system answers EIO.
    const error = await captureError(() => readGiven('/proc/self/mem', { what: 'a file', remedy: 'give another' }));
    expect(error.code).to.equal('bad-data');
    expect(error.message).to.include('cannot be read: EIO');
  });

  it('comes in pieces that together are its bytes, or those of a range', async () => {
    const bytes = Buffer.from(Array.from({ length: 3_000_000 }, (_, i) => i % 251));
    await writeFile(path('a'), bytes);
    const expected = { what: 'a file', remedy: 'give another' };
    const gathered = async (range?: { start: number; bytes: number }): Promise<Buffer> => {
      const pieces: Buffer[] = [];
      for await (const piece of givenPieces(path('a'), expected, range)) pieces.push(piece);
      return Buffer.concat(pieces);
    };
    expect((await gathered()).equals(bytes)).to.equal(true);
    expect((await gathered({ start: 999, bytes: 2_000_001 })).equals(bytes.subarray(999, 2_001_000))).to.equal(true);
  });
});
