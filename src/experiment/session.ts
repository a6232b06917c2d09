import { ReverieError } from '../core/errors.js';
import type { RunEvent } from '../core/events.js';
import type { Task } from '../core/experience.js';
import type { Learner } from '../core/learner.js';
import { RandomStreams } from '../core/random.js';
import { assembleResult } from './assemble-result.js';
import { EventLoopYielder } from './event-loop-yielder.js';
import { checkpointVersion } from './checkpoint.js';
import type { CheckpointIdentity } from './checkpoint.js';
import type { StoredCheckpoint } from './checkpoint-store.js';
import { endWarnings } from './end-warnings.js';
import { Evaluator } from './evaluator.js';
import { learnerError } from './failures.js';
import type { LastCheckpoint } from './failures.js';
import { learnTask } from './learn-task.js';
import type { Progress } from './progress.js';
import { RunRecord } from './run-record.js';
import type { RunSetup } from './run-setup.js';
import { valuesOf } from './values-of.js';

/**
 * One run from start, or checkpoint, to result. Whoever pulls its events decides its pace, and ends it by `return`; when
 * it ends, however it does, its learner is disposed.
 *
 * @param signal cuts short what waits or measures; the one who aborts it must then call `return`
 */
export async function* session(setup: RunSetup, signal: AbortSignal): AsyncGenerator<RunEvent, void, void> {
  const clock = setup.clock ?? (() => performance.now());
  const found = setup.resume === true ? await setup.checkpoints?.latest(identityOf(setup)) : undefined;
  const record = new RunRecord(clock, found?.checkpoint.progress);
  const yielder = new EventLoopYielder(clock);
  const evaluator = new Evaluator(yielder, signal);
  const random = new RandomStreams(setup.seed);
  let last: LastCheckpoint | undefined = found && { task: found.checkpoint.task, path: found.path };
  const resumedAfter = last?.task ?? 0;
  yield startOf(setup, resumedAfter);
  if (resumedAfter === 0) for (const warning of setup.warnings ?? []) yield record.told(warning);

  const learner = await createLearner(setup, random, found);
  try {
    let tasks = 0;
    for await (const task of valuesOf(setup.tasks, signal)) {
      checkNumber(task, ++tasks, setup.taskCount);
      evaluator.meet(task);
      if (tasks <= resumedAfter) {
        checkSame(task, record.progress(), found);
        reattach(learner, task, setup.learnerName);
        continue;
      }
      yield* learnTask({ setup, learner, task, record, evaluator, yielder, last });
      if (signal.aborted) return;
      if (setup.checkpoints !== undefined) {
        last = { task: tasks, path: await setup.checkpoints.save(await checkpointAfter(task)) };
        yield record.told({ type: 'checkpoint-saved', ...last });
      }
    }
    if (signal.aborted) return;
    if (tasks !== setup.taskCount || tasks === 0) {
      throw new ReverieError('bad-scenario', `the stream ended after ${tasks} tasks; expected ${setup.taskCount}`);
    }
    for (const warning of endWarnings(record.measured)) yield record.told(warning);
    yield { type: 'run-completed', result: assembleResult(setup, record.progress()) };
  } finally {
    dispose(learner, setup.learnerName);
  }

  async function checkpointAfter({ experience: { task, train } }: Task) {
    const snapshot = await learner.save().catch((error: unknown) => {
      throw learnerError(error, setup.learnerName, `saving itself after task ${task}`, last);
    });
    return {
      version: checkpointVersion,
      identity: identityOf(setup),
      task,
      learner: snapshot,
      random: random.save(),
      progress: record.progress(),
      madeFrom: { configuration: setup.configuration, sampleShape: train.shape },
    } as const;
  }
}

function identityOf({ scenarioDigest, learnerName, seed, engine, versions }: RunSetup): CheckpointIdentity {
  return { scenarioDigest, learner: learnerName, seed, engine: engine.name, reverie: versions['reverie'] ?? 'unknown' };
}

function startOf({ scenario, learnerName, seed, engine, taskCount }: RunSetup, resumedAfter: number): RunEvent {
  return {
    type: 'run-started',
    scenario,
    learner: learnerName,
    seed,
    engine: engine.name,
    tasks: taskCount,
    resumedAfter,
  };
}

async function createLearner(
  setup: RunSetup,
  random: RandomStreams,
  found: StoredCheckpoint | undefined,
): Promise<Learner> {
  let learner: Learner | undefined;
  let doing = 'being made';
  try {
    learner = await setup.createLearner(random);
    if (found !== undefined) {
      doing = `being restored from ${found.path}`;
      await learner.restore(found.checkpoint.learner);
      // After the learner, which may draw while it is made: from here on every draw is the one that came next then.
      random.restore(found.checkpoint.random);
    }
    return learner;
  } catch (error) {
    if (learner !== undefined) dispose(learner, setup.learnerName);
    throw learnerError(error, setup.learnerName, doing, found && { task: found.checkpoint.task, path: found.path });
  }
}

/** Gives a learner that keeps real samples those of a finished task back. */
function reattach(learner: Learner, { experience }: Task, name: string): void {
  try {
    learner.reattach?.(experience);
  } catch (error) {
    throw learnerError(error, name, `being given task ${experience.task} again`, undefined);
  }
}

function dispose(learner: Learner, name: string): void {
  try {
    learner.dispose();
  } catch (error) {
    throw learnerError(error, name, 'being disposed', undefined);
  }
}

function checkNumber({ experience }: Task, expected: number, count: number): void {
  if (expected > count) {
    throw new ReverieError('bad-scenario', `the stream goes on after ${count} tasks; expected exactly ${count}`);
  }
  if (experience.task !== expected) {
    throw new ReverieError('bad-scenario', `the stream gave task ${experience.task}, expected task ${expected} now`);
  }
}

/** The digest vouches for the scenario, not for the data: a stream of other tasks must not be mixed into a result. */
function checkSame({ experience, test }: Task, progress: Progress, found: StoredCheckpoint | undefined): void {
  const before = `classes ${progress.measured.tasks[experience.task - 1]?.join(', ')} and ${progress.testSizes[experience.task - 1]} test samples`;
  const now = `classes ${experience.classes.join(', ')} and ${test.size} test samples`;
  if (before === now || found === undefined) return;
  throw new ReverieError(
    'bad-checkpoint',
    `${found.path} is of other data: its task ${experience.task} has ${before}, but this run's has ${now}; resume with ` +
      'the data it was made with, or start without --resume',
  );
}
