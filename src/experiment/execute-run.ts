import { ReverieError } from '../core/errors.js';
import type { RunEvent } from '../core/events.js';
import type { Experience } from '../core/experience.js';
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
import { pull } from '../streams/pull.js';
import { RunRecord } from './run-record.js';
import type { RunSetup } from './run-setup.js';

/**
 * One run from start, or checkpoint, to result. Whoever pulls its events decides its pace, and ends it by `return`; when
 * it ends, however it does, its learner is disposed.
 *
 * @param signal cuts short what waits or measures; the one who aborts it must then call `return`
 */
export async function* executeRun(setup: RunSetup, signal: AbortSignal): AsyncGenerator<RunEvent, void, void> {
  const clock = setup.clock ?? (() => performance.now());
  const found = setup.resume === true ? await setup.checkpoints?.latest(identityOf(setup)) : undefined;
  const record = new RunRecord(clock, found?.checkpoint.progress);
  const yielder = new EventLoopYielder(clock);
  const { stream } = setup;
  const evaluator = new Evaluator(stream.evaluation, yielder, signal);
  const random = new RandomStreams(setup.seed);
  let last: LastCheckpoint | undefined = found && { task: found.checkpoint.task, path: found.path };
  const resumedAfter = last?.task ?? 0;
  yield startOf(setup, resumedAfter);
  if (resumedAfter === 0) for (const warning of setup.warnings ?? []) yield record.told(warning);

  const learner = await createLearner(setup, random, found);
  try {
    let tasks = 0;
    for await (const experience of pull(stream.experiences, signal)) {
      checkIndex(experience, ++tasks, stream.length);
      evaluator.see(experience);
      if (tasks <= resumedAfter) {
        checkSame(experience, evaluator, record.progress(), found);
        reattach(learner, experience, setup.learnerName);
        continue;
      }
      yield* learnTask({ setup, learner, experience, record, evaluator, yielder, last });
      if (signal.aborted) return;
      if (setup.checkpoints !== undefined) {
        last = { task: tasks, path: await setup.checkpoints.save(await checkpointAfter(experience)) };
        yield record.told({ type: 'checkpoint-saved', ...last });
      }
    }
    if (signal.aborted) return;
    if (tasks === 0 || tasks !== (stream.length ?? tasks)) {
      const expected = stream.length ?? 'at least one';
      throw new ReverieError('bad-scenario', `the stream ended after ${tasks} tasks; expected ${expected}`);
    }
    for (const warning of endWarnings(record.measured)) yield record.told(warning);
    yield { type: 'run-completed', result: assembleResult(setup, record.progress()) };
  } finally {
    dispose(learner, setup.learnerName);
  }

  async function checkpointAfter({ index: task, train }: Experience) {
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

function startOf({ scenario, learnerName, seed, engine, stream }: RunSetup, resumedAfter: number): RunEvent {
  return {
    type: 'run-started',
    scenario,
    learner: learnerName,
    seed,
    engine: engine.name,
    ...(stream.length === undefined ? {} : { tasks: stream.length }),
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

/** Gives a learner that keeps real samples those of a finished experience back. */
function reattach(learner: Learner, experience: Experience, name: string): void {
  try {
    learner.reattach?.(experience);
  } catch (error) {
    throw learnerError(error, name, `being given task ${experience.index} again`, undefined);
  }
}

function dispose(learner: Learner, name: string): void {
  try {
    learner.dispose();
  } catch (error) {
    throw learnerError(error, name, 'being disposed', undefined);
  }
}

function checkIndex({ index }: Experience, expected: number, length = Infinity): void {
  if (expected > length) {
    throw new ReverieError('bad-scenario', `the stream goes on after ${length} tasks; expected exactly ${length}`);
  }
  if (index !== expected) {
    throw new ReverieError('bad-scenario', `the stream gave task ${index}, expected task ${expected} now`);
  }
}

/** The digest vouches for the scenario, not for the data: a stream of other tasks must not be mixed into a result. */
function checkSame(
  { index, classes }: Experience,
  { seen }: Evaluator,
  { measured, testSizes }: Progress,
  found: StoredCheckpoint | undefined,
): void {
  const describe = (taught: readonly number[] = [], sizes: readonly number[] = []): string =>
    `classes ${taught.join(', ')} and ${sizes.join(', ')} test samples`;
  const before = describe(measured.tasks[index - 1], testSizes.slice(0, seen.length));
  const now = describe(
    classes,
    seen.map(({ samples }) => samples.size),
  );
  if (before === now || found === undefined) return;
  throw new ReverieError(
    'bad-checkpoint',
    `${found.path} is of other data: its task ${index} has ${before}, but this run's has ${now}; resume with ` +
      'the data it was made with, or start without --resume',
  );
}
