import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { expect } from 'chai';
import type { RunEvent } from '../../src/core/events.js';
import { descriptionOf } from '../../src/experiment/execute-run.js';
import { eventLog } from '../../src/experiment/event-log.js';
import { findRun } from '../../src/experiment/find-run.js';
import { resultFile } from '../../src/experiment/result-file.js';
import { runDirectory, type OpenedRun } from '../../src/experiment/run-directory.js';
import type { RunSetup } from '../../src/experiment/run-setup.js';
import { errorOf, eventsOf, setupOf, temporaryFolder } from './fixtures.js';

describe('the directory to resume a run in', () => {
  const folder = temporaryFolder();
  const find = (changes: Partial<RunSetup> = {}): Promise<OpenedRun> =>
    findRun(folder(), 'points', descriptionOf(setupOf(changes)));

  /** Runs in a directory; as far as this event, where one is given. */
  const ran = async (name: string, until?: Partial<RunEvent>, changes: Partial<RunSetup> = {}): Promise<void> => {
    await mkdir(folder(name));
    const { checkpoints, eventLog: log, resultFile: result } = runDirectory(folder(name));
    const stop = new AbortController();
    const stopping = {
      observe(event: RunEvent) {
        const reached =
          until !== undefined && Object.entries(until).every(([key, value]) => Reflect.get(event, key) === value);
        if (reached) stop.abort();
      },
    };
    const observers = [resultFile(result), eventLog(log), stopping];
    await eventsOf(setupOf({ checkpoints, observers, stop: stop.signal, ...changes }));
  };
  const after = (task: number): Partial<RunEvent> => ({ type: 'checkpoint-saved', task });

  it('is a new one, where there is none', async () => {
    expect((await find()).state).to.equal('new');
    expect(await readdir(folder())).to.deep.equal(['points-mean-7']);
  });

  it('is that of the run which got furthest, and not the newest', async () => {
    await ran('points-mean-7', after(1));
    await ran('points-mean-7.2', after(2));
    await ran('points-mean-7.3', { type: 'task-started', task: 1 });
    await mkdir(folder('points-mean-77'));
    expect(await find()).to.deep.include({ state: 'unfinished', place: { task: 2 } });
    expect((await find()).directory.path).to.equal(folder('points-mean-7.2'));
  });

  it('is that of the run which is finished, with its result', async () => {
    await ran('points-mean-7');
    await ran('points-mean-7.2', after(2));
    const found = await find();
    expect(found.state).to.equal('finished');
    expect(found.directory.path).to.equal(folder('points-mean-7'));
  });

  it('is that of this very run, among others of its name', async () => {
    await ran('points-mean-7', after(1));
    await ran('points-mean-7.2', after(2), {
      scenarioDigest: 'd2',
      configuration: { scenario: 'points', iterations: 9 },
    });
    await ran('points-mean-7.3', { type: 'task-started', task: 1 }, { inputs: { 'data set points': 'other' } });
    const found = await find({ inputs: { 'data set points': 'one' } });
    expect(found.directory.path).to.equal(folder('points-mean-7'));
  });

  const others: readonly (readonly [what: string, changes: Partial<RunSetup>, message: RegExp])[] = [
    [
      'another scenario',
      { scenarioDigest: 'd2', configuration: { scenario: 'points', training: { iterations: 9 } } },
      /its scenario is another: scenario\.training: \{"iterations":9\} there, nothing here/,
    ],
    ['other data', { inputs: { 'data set points': 'two' } }, /its data set points had another content/],
    [
      'another plug-in',
      { inputs: { 'data set points': 'one', 'plug-in mine.mjs': 'x' } },
      /it was run with the plug-in mine\.mjs, which this run is without/,
    ],
    [
      'another version',
      { versions: { reverie: '0.0.9', node: '20' } },
      /its version of reverie is 0\.0\.9, but this run's is 0\.1\.0/,
    ],
    [
      'another engine',
      { engine: { name: 'abacus', versions: { engine: '1.0.0' }, liveBuffers: () => 0 } },
      /its engine is "abacus", but this run's is "none"/,
    ],
  ];
  for (const [what, changes, message] of others) {
    for (const until of [undefined, after(1), { type: 'task-started', task: 1 } as const]) {
      it(`is refused where there is only that of ${what}, ${until?.type ?? 'finished'}`, async () => {
        await ran('points-mean-7', until, { inputs: { 'data set points': 'one' }, ...changes });
        const error = await errorOf(find({ inputs: { 'data set points': 'one' } }));
        expect(error).to.have.property('code', 'bad-checkpoint');
        expect(error.message).to.match(message).and.to.contain(folder('points-mean-7'));
        expect(await readdir(folder())).to.deep.equal(['points-mean-7']);
      });
    }
  }

  it('is the same where only the version of Node is another', async () => {
    await ran('points-mean-7', after(1), { versions: { reverie: '0.1.0', node: '19' } });
    expect((await find()).directory.path).to.equal(folder('points-mean-7'));
  });

  it('is one that a process left before it began', async () => {
    await mkdir(folder('points-mean-7'));
    expect(await find()).to.deep.include({ state: 'unfinished' });
  });

  it('is refused where what is there is damaged, unless this run is there as well', async () => {
    await mkdir(folder('points-mean-7.2'));
    await writeFile(folder('points-mean-7.2', 'result.json'), '{');
    expect(await errorOf(find())).to.have.property('code', 'bad-data');
    await ran('points-mean-7', after(1));
    expect((await find()).directory.path).to.equal(folder('points-mean-7'));
  });

  it('is refused while a process is at it, and not after that process was killed', async () => {
    await ran('points-mean-7', after(1));
    const lock = folder('points-mean-7', 'running.lock');
    await writeFile(lock, JSON.stringify({ pid: process.pid, host: hostname(), token: 't' }));
    const error = await errorOf(find());
    expect(error).to.have.property('code', 'bad-output');
    expect(error.message).to.contain(`is being run by process ${process.pid}`);
    await writeFile(lock, '');
    expect((await errorOf(find())).message).to.contain(`a lock file that names no process: ${lock}; delete it`);
    // 2²² is the largest process id of Linux.
    await writeFile(lock, JSON.stringify({ pid: 2 ** 22 + 1, host: hostname(), token: 't' }));
    expect((await find()).state).to.equal('unfinished');
  });

  it('loses what a killed process left half-written', async () => {
    await ran('points-mean-7', after(1));
    await writeFile(folder('points-mean-7', '.partial-1-result.json'), '{');
    await find();
    expect(await readdir(folder('points-mean-7'))).to.have.members(['checkpoints', 'events.jsonl']);
  });
});
