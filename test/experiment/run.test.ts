import { readdir } from 'node:fs/promises';
import { expect } from 'chai';
import { config, lastValueFrom, share, take, tap, toArray } from 'rxjs';
import type { LearnerEvent, RunEvent } from '../../src/core/events.js';
import type { Learner } from '../../src/core/learner.js';
import type { ContinualStream } from '../../src/core/stream.js';
import { checkpointFolder } from '../../src/experiment/checkpoint-store.js';
import { runEvents } from '../../src/experiment/run.js';
import { meanLearner } from './fake-learner.js';
import { samplesOf, streamOf, twoClassTasks } from './fake-samples.js';
import { eventsOf, resultIn, setupOf, temporaryFolder, withLearner, withMethods } from './fixtures.js';

const nameOf = (event: RunEvent): string => {
  if (event.type === 'batch-trained') return `batch ${event.iteration}`;
  return event.type === 'evaluated' ? `evaluated ${event.moment} ${event.iteration}` : event.type;
};

describe('a run', () => {
  const folder = temporaryFolder();

  it('reports everything in order', async () => {
    const events = await eventsOf(setupOf({ evaluateEvery: 2, checkpoints: checkpointFolder(folder()) }));
    const task = [
      'task-started',
      'epoch-started',
      'batch 1',
      'batch 2',
      'evaluated within 2',
      'batch 3',
      'batch 4',
      'evaluated within 4',
      'batch 5',
      'epoch-ended',
      'evaluated end 5',
      'task-ended',
      'checkpoint-started',
      'checkpoint-saved',
    ];
    expect(events.map(nameOf)).to.deep.equal(['run-started', ...task, ...task, ...task, 'run-completed']);
  });

  it('does not measure within a task at its last iteration, where its end is measured anyway', async () => {
    const events = await eventsOf(setupOf({ evaluateEvery: 5 }));
    expect(events.map(nameOf).filter((name) => name.startsWith('evaluated within'))).to.deep.equal([]);
  });

  it('ends with a result that holds what the events gave', async () => {
    const events = await eventsOf(setupOf({ evaluateEvery: 3 }));
    const result = resultIn(events);
    const ends = events.flatMap((event) => (event.type === 'evaluated' && event.moment === 'end' ? [event] : []));
    expect(result.accuracyMatrix.map((row) => row.filter((value) => value !== null))).to.deep.equal(
      ends.map((event) => event.accuracies),
    );
    expect(result.tasks).to.deep.equal([[0, 1], [2, 3], [4, 5]]); // prettier-ignore
    expect(result.testSizes).to.deep.equal([16, 16, 16]);
    expect(result.anytime.map(({ task, iteration }) => `${task}/${iteration}`)).to.deep.equal(
      ['1/3', '1/5', '2/3', '2/5', '3/3', '3/5'], // prettier-ignore
    );
    expect(result.metrics['accuracyOverSamples']?.value).to.be.closeTo(ends.at(-1)?.accuracy ?? -1, 1e-12);
    expect(result.footprint).to.deep.equal({ memoryBytes: 6 * 2 * 4, storedSamples: 0 });
    expect(result.versions).to.deep.equal({ engine: '1.0.0', node: '20', reverie: '0.1.0' });
    // Classes have 8 test samples each, so the mean of per-class accuracies is the accuracy over all of them.
    const perClass = result.perClassAccuracy.map(({ accuracy }) => accuracy);
    expect(perClass.reduce((sum, value) => sum + value, 0) / 6).to.be.closeTo(ends.at(-1)?.accuracy ?? -1, 1e-12);
    expect(result.perClassAccuracy.map((entry) => entry.class)).to.deep.equal([0, 1, 2, 3, 4, 5]);
    const last = events.findLast((event) => event.type === 'evaluated' && event.moment === 'end');
    expect(result.confusion).to.deep.equal(last?.type === 'evaluated' && last.confusion);
    expect(result.confusion?.counts.map((row) => row.reduce((sum, count) => sum + count, 0))).to.deep.equal(
      Array(6).fill(8),
    );
  });

  it('can have tasks of which the learner says nothing', async () => {
    const silent = async function* (): AsyncGenerator<LearnerEvent> {
      await Promise.resolve();
      yield* [];
    };
    const events = await eventsOf(
      withMethods({ learn: silent, predict: (_, n) => Promise.resolve({ labels: new Int32Array(n) }) }),
    );
    const task = ['task-started', 'evaluated end 0', 'task-ended'];
    expect(events.map(nameOf)).to.deep.equal(['run-started', ...task, ...task, ...task, 'run-completed']);
  });

  it('books learning and measuring apart, by the clock it is given', async () => {
    let now = 0;
    const later = (milliseconds: number): void => {
      now += milliseconds;
    };
    const setup = setupOf({
      clock: () => now,
      createLearner: (random) => {
        const learner = meanLearner(random, { beforeStep: () => { later(10); } }); // prettier-ignore
        const predict: Learner['predict'] = (features, count) => {
          later(1000);
          return learner.predict(features, count);
        };
        return Promise.resolve({ ...learner, predict });
      },
    });
    const { timings } = resultIn(await eventsOf(setup));
    // Five steps of 10 ms a task; 1 + 2 + 3 test sets of one chunk measured at 1 s each.
    expect(timings.learning.map((seconds) => seconds.toFixed(3))).to.deep.equal(['0.050', '0.050', '0.050']);
    expect(timings.evaluating).to.be.closeTo(6, 1e-9);
    expect(timings.seconds).to.be.closeTo(6.15, 1e-9);
    expect(timings.peakMemoryMiB).to.be.greaterThan(1);
  });

  it('measures large test sets in chunks of 1,000 rows', async () => {
    const counts: number[] = [];
    const rows = Array.from({ length: 2300 }, (_, i) => [i, 0]);
    const [task] = twoClassTasks(1);
    if (task === undefined) throw new Error('no task');
    const setup = setupOf({
      stream: streamOf([{ ...task, test: samplesOf(rows, rows.map((_, i) => i % 2)) }]), // prettier-ignore
      createLearner: (random) =>
        Promise.resolve({
          ...meanLearner(random),
          // Right for the first 2,100 rows; then it says a class that nobody has ever shown.
          predict: (features, count) => {
            counts.push(count);
            const right = (i: number): number => {
              const value = features[2 * i] ?? -1;
              return value < 2100 ? value % 2 : 99;
            };
            return Promise.resolve({ labels: Int32Array.from({ length: count }, (_, i) => right(i)) });
          },
        }),
    });
    const result = resultIn(await eventsOf(setup));
    expect(counts).to.deep.equal([1000, 1000, 300]);
    expect(result.accuracyMatrix).to.deep.equal([[2100 / 2300]]);
    expect(result.perClassAccuracy).to.deep.equal([
      { class: 0, accuracy: 1050 / 1150 },
      { class: 1, accuracy: 1050 / 1150 },
    ]);
  });

  describe('is a cold stream', () => {
    it('does nothing until it is subscribed to, and then all of it anew for each subscriber', async () => {
      let made = 0;
      const events$ = runEvents(
        setupOf({
          createLearner: (random) => {
            made++;
            return Promise.resolve(meanLearner(random));
          },
        }),
      );
      expect(made).to.equal(0);
      const [first, second] = await Promise.all([
        lastValueFrom(events$.pipe(toArray())),
        lastValueFrom(events$.pipe(toArray())),
      ]);
      expect(made).to.equal(2);
      expect({ ...resultIn(first), timings: 0 }).to.deep.equal({ ...resultIn(second), timings: 0 });
    });

    it('gives other draws to another seed', async () => {
      const [one, other] = await Promise.all([eventsOf(setupOf()), eventsOf(setupOf({ seed: 8 }))]);
      const losses = (events: readonly RunEvent[]): unknown => events.find((event) => event.type === 'batch-trained');
      expect(losses(one)).not.to.deep.equal(losses(other));
    });

    it('is cancelled by unsubscribing: the learner is left where it is, then disposed', async () => {
      const life: string[] = [];
      const seen: string[] = [];
      const disposed = new Promise<void>((resolve) => {
        const setup = setupOf({
          createLearner: (random) => {
            const learner = meanLearner(random, { life });
            const dispose = (): void => {
              learner.dispose();
              resolve();
            };
            return Promise.resolve({ ...learner, dispose });
          },
        });
        runEvents(setup)
          .pipe(take(5))
          .subscribe((event) => {
            seen.push(nameOf(event));
          });
      });
      await disposed;
      expect(seen).to.deep.equal(['run-started', 'task-started', 'epoch-started', 'batch 1', 'batch 2']);
      expect(life).to.deep.equal(['left 1', 'disposed']);
    });

    it('lets the learner finish the step it is in when the cancellation comes', async () => {
      const life: string[] = [];
      let release = (): void => undefined;
      let entered = (): void => undefined;
      const inStep = new Promise<void>((resolve) => {
        entered = resolve;
      });
      const beforeStep = (): Promise<void> =>
        new Promise((resolve) => {
          release = () => {
            life.push('step finished');
            resolve();
          };
          entered();
        });
      const stop = new AbortController();
      const ended = lastValueFrom(runEvents(withLearner({ life, beforeStep }, { stop: stop.signal })).pipe(toArray()));
      await inStep;
      stop.abort();
      expect(life).to.deep.equal([]);
      release();
      await ended;
      expect(life).to.deep.equal(['step finished', 'left 1', 'disposed']);
    });

    it('completes without a result when it is stopped, and only when the learner is disposed', async () => {
      const life: string[] = [];
      const stop = new AbortController();
      const stopping = tap((event: RunEvent) => {
        if (event.type === 'task-ended' && event.task === 2) stop.abort();
      });
      const events = await lastValueFrom(
        runEvents(withLearner({ life }, { stop: stop.signal })).pipe(stopping, toArray()),
      );
      expect(events.at(-1)?.type).to.equal('task-ended');
      expect(life.at(-1)).to.equal('disposed');
    });

    it('can be stopped while it waits for a task that never comes', async () => {
      const experiences: ContinualStream['experiences'] = {
        [Symbol.asyncIterator]: () => ({ next: () => new Promise(() => undefined) }),
      };
      const never = { ...streamOf(twoClassTasks(1)), experiences };
      const stop = new AbortController();
      const stopping = tap<RunEvent>(() => {
        setImmediate(() => {
          stop.abort();
        });
      });
      const events = await lastValueFrom(
        runEvents(setupOf({ stream: never, stop: stop.signal })).pipe(stopping, toArray()),
      );
      expect(events.map(nameOf)).to.deep.equal(['run-started']);
    });

    it('can be stopped while it measures: no further chunk is asked for, and no checkpoint left', async () => {
      const stop = new AbortController();
      const asked: number[] = [];
      const predict: Learner['predict'] = (_, count) => {
        asked.push(count);
        if (asked.length === 2) stop.abort();
        return Promise.resolve({ labels: new Int32Array(count) });
      };
      const checkpoints = checkpointFolder(folder('c'));
      const events = await eventsOf({ ...withMethods({ predict }), checkpoints, stop: stop.signal });
      // The second chunk is the first of two test sets after task 2.
      expect(asked).to.deep.equal([16, 16]);
      expect(events.at(-1)?.type).to.equal('epoch-ended');
      expect(await readdir(folder('c'))).to.deep.equal(['task-1.reverie']);
    });

    it('does not start what was stopped before', async () => {
      const life: string[] = [];
      const events = await eventsOf(withLearner({ life }, { stop: AbortSignal.abort() }));
      expect(events.map(nameOf)).to.deep.equal(['run-started']);
      expect(life).to.deep.equal([]);
    });
  });

  describe('and its observers', () => {
    it('goes on for the others when one throws', async () => {
      const reported: unknown[] = [];
      const before = config.onUnhandledError;
      const report = new Promise<void>((resolve) => {
        config.onUnhandledError = (error) => {
          reported.push(error);
          resolve();
        };
      });
      try {
        const events$ = runEvents(setupOf()).pipe(share());
        const mistake = new Error('a mistake in an observer');
        let calls = 0;
        events$.subscribe((event) => {
          calls++;
          if (event.type === 'run-started') throw mistake;
        });
        const others = await lastValueFrom(events$.pipe(toArray()));
        await report;
        expect(others.at(-1)?.type).to.equal('run-completed');
        expect(calls).to.equal(others.length);
        expect(reported).to.deep.equal([mistake]);
      } finally {
        config.onUnhandledError = before;
      }
    });

    it('lets timers have their turn even when the learner never waits', async () => {
      // Every look at this clock takes 10 ms of its time, so 50 ms pass within a task.
      let now = 0;
      const clock = (): number => (now += 10);
      let turns = 0;
      let turn = setImmediate(function count() {
        turns++;
        turn = setImmediate(count);
      });
      await eventsOf(setupOf({ clock }));
      clearImmediate(turn);
      const breathing = turns;
      turns = 0;
      turn = setImmediate(function count() {
        turns++;
        turn = setImmediate(count);
      });
      await eventsOf(setupOf({ clock: () => 0 }));
      clearImmediate(turn);
      expect(turns).to.be.at.most(1);
      expect(breathing).to.be.greaterThan(3);
    });
  });
});
