import { expect } from 'chai';
import { lastValueFrom, toArray } from 'rxjs';
import type { Experience } from '../../src/core/experience.js';
import type { ContinualStream } from '../../src/core/stream.js';
import { run, runEvents } from '../../src/experiment/run.js';
import { streamOf, twoClassTasks } from './fake-samples.js';
import { eventsOf, resultIn, setupOf, untimed, withLearner } from './fixtures.js';

describe('a run as a handle', () => {
  it('is watched by several and waited for, and is still one run', async () => {
    const life: string[] = [];
    const handle = run(withLearner({ life }));
    const [first, second, result] = await Promise.all([
      lastValueFrom(handle.events$.pipe(toArray())),
      lastValueFrom(handle.events$.pipe(toArray())),
      handle.result(),
    ]);
    expect(first).to.deep.equal(second);
    expect(life.filter((moment) => moment === 'disposed')).to.deep.equal(['disposed']);
    expect(result && untimed(result)).to.deep.equal(untimed(resultIn(await eventsOf(setupOf()))));
  });

  it('starts when somebody asks for its result', async () => {
    const life: string[] = [];
    const handle = run(withLearner({ life }));
    await Promise.resolve();
    expect(life).to.deep.equal([]);
    expect((await handle.result())?.tasks).to.have.length(3);
  });

  it('has no result when it is cancelled, and its learner is disposed by then', async () => {
    const life: string[] = [];
    const handle = run(
      withLearner({ life, beforeStep: (task, iteration) => (task === 2 && iteration === 2 ? void handle.cancel() : undefined) }), // prettier-ignore
    );
    expect(await handle.result()).to.equal(undefined);
    await handle.cancel();
    expect(life).to.include.members(['learnt 1', 'left 2', 'disposed']);
    expect(life).not.to.include('learnt 2');
  });

  it('is over when it is disposed, which ends it after its present step', async () => {
    const life: string[] = [];
    const handle = run(withLearner({ life }));
    handle.events$.subscribe(({ type }) => {
      if (type === 'task-ended') void handle.dispose();
    });
    expect(await handle.result()).to.equal(undefined);
    await handle[Symbol.asyncDispose]();
    expect(life).to.include.members(['learnt 1', 'disposed']);
    expect(life).not.to.include('learnt 2');
    await run(withLearner({ life })).dispose();
  });

  it('fails with the error of the run', async () => {
    const handle = run(withLearner({ beforeStep: () => { throw new Error('no'); } })); // prettier-ignore
    const failed = await handle.result().then(
      () => undefined,
      (error: unknown) => error,
    );
    expect(failed).to.have.property('code', 'learner-failed');
    await handle.cancel();
  });
});

describe('a stream without an end', () => {
  /** The two tasks over and over; counts how many were made. */
  function endless(): { readonly stream: ContinualStream; made: number } {
    const tasks = twoClassTasks(2);
    const { length, ...rest } = streamOf(tasks);
    const state = { made: 0, stream: { ...rest, experiences: { [Symbol.asyncIterator]: experiences } } };
    async function* experiences(): AsyncGenerator<Experience> {
      for (let index = 1; ; index++) {
        await Promise.resolve();
        const task = tasks[(index - 1) % (length ?? 2)]?.experience;
        if (task === undefined) throw new Error('no task');
        state.made++;
        yield { ...task, index, newClasses: index > 2 ? [] : task.newClasses };
      }
    }
    return state;
  }

  it('is learnt task after task: none is made before the last is learnt', async () => {
    const source = endless();
    let started = 0;
    const handle = run(setupOf({ stream: source.stream }));
    handle.events$.subscribe((event) => {
      if (event.type === 'task-started') {
        started++;
        expect(source.made).to.equal(started);
        expect(event.task).to.equal(started);
      }
      if (event.type === 'task-ended' && event.task === 50) void handle.cancel();
    });
    expect(await handle.result()).to.equal(undefined);
    expect(started).to.equal(50);
  });

  it('takes no more memory after 3,000 tasks than after 1,000', async function () {
    this.timeout(60_000);
    const { stream } = endless();
    const heap = new Map<number, number>();
    const collect = globalThis.gc;
    await new Promise<void>((resolve, reject) => {
      const subscription = runEvents(withLearner({ iterations: 1 }, { stream })).subscribe({
        next: (event) => {
          if (event.type !== 'task-ended' || event.task % 1000 !== 0) return;
          collect?.();
          heap.set(event.task, process.memoryUsage().heapUsed);
          if (event.task < 3000) return;
          subscription.unsubscribe();
          resolve();
        },
        error: reject,
      });
    });
    const grown = (heap.get(3000) ?? Infinity) - (heap.get(1000) ?? 0);
    // The accuracies of 2,000 tasks are numbers that are kept; samples, features and predictions are not.
    expect(grown).to.be.lessThan(collect === undefined ? 64e6 : 4e6);
  });

  it('is cancelled within a step', async () => {
    const { stream } = endless();
    let steps = 0;
    const handle = run(
      withLearner({ iterations: 1000, beforeStep: () => { steps++; } }, { stream }), // prettier-ignore
    );
    handle.events$.subscribe((event) => {
      if (event.type === 'batch-trained' && event.iteration === 10) void handle.cancel();
    });
    await handle.result();
    expect(steps).to.be.lessThan(12);
  });
});
