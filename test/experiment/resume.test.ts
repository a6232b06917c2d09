import { mkdir, readFile, readdir, rm } from 'node:fs/promises';
import { expect } from 'chai';
import { lastValueFrom, take, tap, toArray } from 'rxjs';
import type { RunEvent } from '../../src/core/events.js';
import type { RunObserver } from '../../src/core/observer.js';
import { checkpointFolder } from '../../src/experiment/checkpoint-store.js';
import { descriptionOf } from '../../src/experiment/execute-run.js';
import { eventLog } from '../../src/experiment/event-log.js';
import { resultText } from '../../src/experiment/result-file.js';
import { runEvents } from '../../src/experiment/run.js';
import type { RunSetup } from '../../src/experiment/run-setup.js';
import { meanLearner } from './fake-learner.js';
import { streamOf, twoClassTasks } from './fake-samples.js';
import { errorOf, eventsOf, resultIn, setupOf, temporaryFolder, untimed } from './fixtures.js';

describe('a resumed run', () => {
  const folder = temporaryFolder();
  const inFolder = (name: string, changes: Partial<RunSetup> = {}): RunSetup =>
    setupOf({ evaluateEvery: 2, checkpoints: checkpointFolder(folder(name, 'checkpoints')), ...changes });

  /** The log of a run, without its times and the sizes of checkpoints, which have times in them. */
  const logOf = async (name: string): Promise<unknown[]> => {
    const text = await readFile(folder(name, 'events.jsonl'), 'utf8');
    return text
      .trimEnd()
      .split('\n')
      .map((line) => {
        const { timings, seconds, bytes, ...event } = JSON.parse(line) as Record<string, unknown>;
        return { ...event, at: 0, measured: timings !== undefined || (seconds !== undefined && bytes !== undefined) };
      });
  };

  const observersOf = (name: string) => [eventLog(folder(name, 'events.jsonl'), { every: 2, clock: () => 0 })];
  const logged = (name: string, changes: Partial<RunSetup> = {}): Promise<RunEvent[]> =>
    eventsOf(inFolder(name, { observers: observersOf(name), ...changes }));

  /** Cuts a run off after each of its events, and goes on. @returns the first event of each run that went on */
  const cutEverywhere = async (changes: Partial<RunSetup>): Promise<(RunEvent | undefined)[]> => {
    await mkdir(folder('whole'));
    const whole = await logged('whole', changes);
    const log = await logOf('whole');
    const firsts: (RunEvent | undefined)[] = [];
    for (let cut = 1; cut < whole.length; cut++) {
      const name = `cut-${cut}`;
      await mkdir(folder(name));
      const stop = new AbortController();
      let seen = 0;
      const stopping: RunObserver = {
        observe() {
          if (++seen === cut) stop.abort();
        },
      };
      const observers = [...observersOf(name), stopping];
      expect(await logged(name, { ...changes, observers, stop: stop.signal })).to.have.length(cut);

      const rest = await logged(name, { ...changes, resume: true });
      firsts.push(rest[0]);
      expect(untimed(resultIn(rest)), `cut after event ${cut}`).to.deep.equal(untimed(resultIn(whole)));
      expect(await logOf(name), `log, cut after event ${cut}`).to.deep.equal(log);
    }
    return firsts;
  };

  it('gives the result and the log of an uninterrupted one, wherever it was cut off', async () => {
    // Warnings of its set-up are reported once, and not again by a run that goes on.
    const warnings: RunSetup['warnings'] = [{ type: 'warning', code: 'doubtful', message: 'This may not do.' }];
    await cutEverywhere({ warnings });
    const { warnings: reported } = resultIn(await eventsOf(setupOf({ warnings })));
    expect(reported).to.deep.equal([{ code: 'doubtful', message: 'This may not do.' }]);
  });

  for (const checkpointEvery of [{ iterations: 2 }, { minutes: 0 }] as const) {
    it(`goes on within a task too, with a checkpoint at every ${JSON.stringify(checkpointEvery)}`, async () => {
      const firsts = await cutEverywhere({ checkpointEvery });
      const whole = resultIn(await eventsOf(inFolder('again', { checkpointEvery })));
      expect(untimed(whole)).to.deep.equal(untimed(resultIn(await eventsOf(setupOf({ evaluateEvery: 2 })))));
      const resumedAt = firsts.map((first) =>
        first?.type === 'run-started' ? `${first.resumedAfter}/${first.resumedAtIteration ?? 0}` : 'not at all',
      );
      expect(resumedAt).to.include.members(['0/0', '0/2', '0/4', '1/0', '1/2', '2/4', '3/0']);
    });
  }

  it('of a learner that cannot be saved within a task goes on after the last one', async () => {
    const createLearner: RunSetup['createLearner'] = (random) =>
      Promise.resolve({ ...meanLearner(random), savesWithinExperience: false });
    const events = await eventsOf(inFolder('whole', { createLearner, checkpointEvery: { iterations: 2 } }));
    const saved = events.filter((event) => event.type === 'checkpoint-saved');
    expect(saved.map(({ iteration }) => iteration)).to.deep.equal([undefined, undefined, undefined]);
  });

  it('gives them too when it is cancelled by unsubscribing', async () => {
    const whole = await eventsOf(inFolder('whole'));
    for (let cut = 1; cut < whole.length; cut += 5) {
      const name = `cut-${cut}`;
      const disposed = new Promise<void>((resolve) => {
        const createLearner: RunSetup['createLearner'] = (random) =>
          Promise.resolve({ ...meanLearner(random), dispose: resolve });
        runEvents(inFolder(name, { createLearner })).pipe(take(cut)).subscribe();
        // Before the first task there is no learner yet whose disposal could be waited for.
        if (cut === 1) resolve();
      });
      await disposed;
      const rest = await eventsOf(inFolder(name, { resume: true }));
      expect(untimed(resultIn(rest)), `cut after event ${cut}`).to.deep.equal(untimed(resultIn(whole)));
    }
  });

  it('does so byte for byte, and after several interruptions', async () => {
    const whole = resultIn(await eventsOf(inFolder('whole')));
    for (const task of [1, 2]) {
      const until = new AbortController();
      const stopping = tap((event: RunEvent) => {
        if (event.type === 'batch-trained' && event.task === task + 1) until.abort();
      });
      await lastValueFrom(
        runEvents(inFolder('cut', { resume: task > 1, stop: until.signal })).pipe(stopping, toArray()),
      );
    }
    const last = await eventsOf(inFolder('cut', { resume: true }));
    expect(last[0]).to.have.property('resumedAfter', 2);
    const text = resultText({ ...resultIn(last), timings: whole.timings });
    expect(text).to.equal(resultText(whole));
  });

  it('would not, were random streams or the learner not restored', async () => {
    // The claim above must be able to fail: each of the two alone changes the result.
    const whole = await eventsOf(inFolder('whole'));
    const path = checkpointFolder(folder('whole', 'checkpoints'));
    const identity = descriptionOf(setupOf());
    const forgetful = (createLearner: RunSetup['createLearner']): Promise<RunEvent[]> =>
      eventsOf(
        setupOf({
          evaluateEvery: 2,
          resume: true,
          createLearner,
          checkpoints: {
            save: () => Promise.resolve({ path: 'nowhere', bytes: 0 }),
            latest: async () => {
              // Task 2's checkpoint, as if the run had been cut off in task 3.
              await rm(folder('whole', 'checkpoints', 'task-3.reverie'), { force: true });
              return path.latest(identity);
            },
          },
        }),
      );
    const faithful = await forgetful((random) => Promise.resolve(meanLearner(random)));
    expect(untimed(resultIn(faithful))).to.deep.equal(untimed(resultIn(whole)));
    const losses = (events: readonly RunEvent[]) =>
      events.flatMap((event) => (event.type === 'batch-trained' && event.task === 3 ? [event.losses['new']] : []));
    const otherDraws = await forgetful((random) => {
      const learner = meanLearner(random);
      const learn: typeof learner.learn = (experience) => {
        random.stream('mean-learner').normal();
        return learner.learn(experience);
      };
      return Promise.resolve({ ...learner, learn });
    });
    expect(losses(otherDraws)).not.to.deep.equal(losses(whole));
    const blank = await forgetful((random) => {
      const learner = meanLearner(random);
      return Promise.resolve({ ...learner, restore: () => Promise.resolve() });
    });
    expect(resultIn(blank).accuracyMatrix).not.to.deep.equal(resultIn(whole).accuracyMatrix);
  });

  it('begins at the beginning where there is no checkpoint yet', async () => {
    const events = await eventsOf(inFolder('new', { resume: true }));
    expect(events[0]).to.deep.include({ type: 'run-started', resumedAfter: 0 });
    expect(resultIn(events).tasks).to.have.length(3);
  });

  it('with all tasks behind it only gives the result', async () => {
    const whole = await eventsOf(inFolder('whole'));
    const again = await eventsOf(inFolder('whole', { resume: true }));
    expect(again.map((event) => event.type)).to.deep.equal(['run-started', 'run-completed']);
    expect(untimed(resultIn(again))).to.deep.equal(untimed(resultIn(whole)));
  });

  it('adds the time of all its sessions', async () => {
    let now = 0;
    const clock = (): number => now;
    const createLearner: RunSetup['createLearner'] = (random) =>
      Promise.resolve(
        meanLearner(random, {
          beforeStep: () => {
            now += 100;
          },
        }),
      );
    const stop = new AbortController();
    const stopping = tap((event: RunEvent) => {
      if (event.type === 'checkpoint-saved') stop.abort();
    });
    await lastValueFrom(
      runEvents(inFolder('t', { clock, createLearner, stop: stop.signal })).pipe(stopping, toArray()),
    );
    now += 1e6;
    const { timings } = resultIn(await eventsOf(inFolder('t', { clock, createLearner, resume: true })));
    // 3 tasks of 5 steps of 0.1 s; the time between the sessions does not count.
    expect(timings.seconds).to.be.closeTo(1.5, 1e-9);
    expect(timings.learning.map((seconds) => seconds.toFixed(3))).to.deep.equal(['0.500', '0.500', '0.500']);
  });

  it('keeps the last two checkpoints', async () => {
    await eventsOf(inFolder('kept'));
    expect((await readdir(folder('kept', 'checkpoints'))).sort()).to.deep.equal(['task-2.reverie', 'task-3.reverie']);
  });

  it('refuses the checkpoint of another run, and names both values', async () => {
    await eventsOf(inFolder('mine'));
    const others: [Partial<RunSetup>, RegExp][] = [
      [
        { scenarioDigest: 'd2', configuration: { scenario: 'points', seedless: true } },
        /task-3\.reverie is of another run: its scenario is another: scenario\.seedless: nothing there, true here/,
      ],
      [{ learnerName: 'other' }, /its learner is "mean", but this run's is "other"/],
      [{ seed: 8 }, /its seed is 7, but this run's is 8/],
      [{ engine: { name: 'e', versions: {}, liveBuffers: () => 0 } }, /its engine is "none", but this run's is "e"/],
      [{ versions: { reverie: '0.2.0' } }, /its version of reverie is 0\.1\.0, but this run's is 0\.2\.0/],
    ];
    for (const [changes, message] of others) {
      const error = await errorOf(eventsOf(inFolder('mine', { resume: true, ...changes })));
      expect(error).to.have.property('code', 'bad-checkpoint');
      expect(error.message).to.match(message);
    }
  });

  it('refuses to go on with values of another scale', async () => {
    const stop = new AbortController();
    const stopping = tap((event: RunEvent) => {
      if (event.type === 'checkpoint-saved') stop.abort();
    });
    const scaled = (range: number) => ({
      samples: { scale: { shape: [1], offset: [0], range: [range], clipped: true } },
    });
    await lastValueFrom(runEvents(inFolder('data', { ...scaled(4), stop: stop.signal })).pipe(stopping, toArray()));
    const error = await errorOf(eventsOf(inFolder('data', { ...scaled(5), resume: true })));
    expect(error).to.have.property('code', 'bad-checkpoint');
    expect(error.message).to.match(/is of other data: their values were scaled otherwise than this run's/);
    expect(resultIn(await eventsOf(inFolder('data', { ...scaled(4), resume: true }))).tasks).to.have.length(3);
  });

  it('refuses to go on with other data under the same scenario', async () => {
    const stop = new AbortController();
    const stopping = tap((event: RunEvent) => {
      if (event.type === 'checkpoint-saved') stop.abort();
    });
    await lastValueFrom(runEvents(inFolder('data', { stop: stop.signal })).pipe(stopping, toArray()));
    const smaller = twoClassTasks(3).map((task) => ({ ...task, test: task.test.select([0, 1, 2, 15]) }));
    const error = await errorOf(eventsOf(inFolder('data', { resume: true, stream: streamOf(smaller) })));
    expect(error).to.have.property('code', 'bad-checkpoint');
    expect(error.message).to.match(
      /classes 0, 1 and 16 test samples, but this run's has classes 0, 1 and 4 test samples/,
    );
  });

  it('says so when the learner cannot be restored', async () => {
    await eventsOf(inFolder('mine'));
    const createLearner: RunSetup['createLearner'] = (random) =>
      Promise.resolve({ ...meanLearner(random), restore: () => Promise.reject(new Error('3 classes, expected 2')) });
    const error = await errorOf(eventsOf(inFolder('mine', { resume: true, createLearner })));
    expect(error).to.have.property('code', 'learner-failed');
    expect(error.message).to.match(/failed while being restored from .*task-3\.reverie: 3 classes/);
  });
});
