import { isDeepStrictEqual } from 'node:util';
import { ReverieError } from '../core/errors.js';
import type { RunDescription, RunEvent } from '../core/events.js';
import type { Experience } from '../core/experience.js';
import type { Learner } from '../core/learner.js';
import { RandomStreams } from '../core/random.js';
import { pull } from '../streams/pull.js';
import { checkedSnapshot } from './checked-snapshot.js';
import { checkpointVersion, type CheckpointPlace, type CheckpointState } from './checkpoint.js';
import { CheckpointSchedule } from './checkpoint-policy.js';
import type { StoredCheckpoint } from './checkpoint-store.js';
import { endWarnings } from './end-warnings.js';
import { Evaluator } from './evaluator.js';
import { EventLoopYielder } from './event-loop-yielder.js';
import { learnerError, workingError, type LastCheckpoint } from './failures.js';
import { BoundedWait } from './bounded-wait.js';
import { learnTask, type TaskContext } from './learn-task.js';
import { observed } from './observe.js';
import { initialRunState, reduceRun, resultOf, type RunState } from './reduce-run.js';
import { RunClock } from './run-clock.js';
import { runName } from './run-directory.js';
import type { RunSetup } from './run-setup.js';
import { taskDifference } from './task-difference.js';

/**
 * One run from start, or checkpoint, to result. Whoever pulls its events decides its pace, and ends it by `return`; when
 * it ends, however it does, its learner is disposed and its observers are closed.
 *
 * @param signal cuts short what waits or measures; the one who aborts it must then call `return`
 */
export function executeRun(setup: RunSetup, signal: AbortSignal): AsyncGenerator<RunEvent, void, void> {
  const newWait = (): BoundedWait => new BoundedWait(signal, setup.patience ?? usualPatience);
  return observed(eventsOf(setup, signal, newWait()), setup.observers ?? [], newWait);
}

/** @param wait for whatever the learner does */
async function* eventsOf(
  setup: RunSetup,
  signal: AbortSignal,
  wait: BoundedWait,
): AsyncGenerator<RunEvent, void, void> {
  const now = setup.clock ?? (() => performance.now());
  const { stream } = setup;
  const description = descriptionOf(setup);
  const found = setup.resume === true ? await setup.checkpoints?.latest(description) : undefined;
  checkScale(setup, found);
  const start = startOf(found);
  let state: RunState = found?.checkpoint.state ?? initialRunState;
  const clock = new RunClock(now, found?.checkpoint.timings ?? state.timings, start.iteration > 0);
  const yielder = new EventLoopYielder(now);
  const evaluator = new Evaluator(stream.evaluation, yielder, signal);
  const random = new RandomStreams(setup.seed);

  /** Counts an event among those of the run, and passes it on. */
  const record = <E extends RunEvent>(event: E): E => {
    state = reduceRun(state, event);
    return event;
  };

  yield record({
    type: 'run-started',
    ...description,
    resumedAfter: start.after,
    ...(start.iteration > 0 ? { resumedAtIteration: start.iteration } : {}),
  });
  if (found === undefined) for (const warning of setup.warnings ?? []) yield record(warning);

  const learner = await createLearner(setup, random, found);
  let held = true;
  /** Once, and not while it does something that it was given up in. */
  const release = (quietly: boolean): void => {
    if (held && !wait.abandoned) dispose(learner, setup.learnerName, quietly);
    held = false;
  };
  const run = {
    setup,
    learner,
    evaluator,
    clock,
    record,
    yielder,
    wait,
    warned: (code: string) => state.warnings.some((warning) => warning.code === code),
    schedule: new CheckpointSchedule(setup.checkpointEvery, now),
  };
  let last: LastCheckpoint | undefined = found && { place: found.checkpoint, path: found.path };
  try {
    let index = 0;
    for await (const given of pull(stream.experiences, signal)) {
      const experience = protectedFrom(given);
      checkIndex(experience, ++index, stream.length);
      const added = evaluator.see(experience);
      const goesOn = index === start.after + 1 && start.iteration > 0;
      if (index <= start.after || goesOn) checkSame(experience, evaluator, found);
      if (index <= start.after) {
        reattach(learner, experience, setup.learnerName);
        continue;
      }
      if (!goesOn) yield record(taskStarted(experience, added));
      const context: TaskContext = { ...run, experience, last: () => last };
      for await (const event of learnTask(context)) {
        if (event.type === 'checkpoint-due') yield* saveCheckpoint(event.place, experience);
        else yield event;
      }
      if (signal.aborted) return;
      yield* saveCheckpoint({ task: index }, experience);
    }
    if (signal.aborted) return;
    if (index === 0 || index !== (stream.length ?? index)) {
      const expected = stream.length ?? 'at least one';
      throw new ReverieError('bad-scenario', `the stream ended after ${index} tasks; expected ${expected}`);
    }
    for (const warning of endWarnings(state)) yield record(warning);
    const timings = clock.timings();
    // Before the run is completed: one that fails in it is not.
    release(false);
    yield { type: 'run-completed', timings, result: resultOf({ ...state, timings }) };
  } catch (error) {
    // What it failed with counts, and not what went wrong because of it.
    release(true);
    throw error;
  } finally {
    release(false);
  }

  async function* saveCheckpoint(place: CheckpointPlace, { index: task }: Experience): AsyncGenerator<RunEvent> {
    if (setup.checkpoints === undefined) return;
    yield record({ type: 'checkpoint-started', ...place });
    const began = now();
    const within = place.iteration !== undefined;
    const snapshot = await wait
      .for(async () => checkedSnapshot(await learner.save()))
      .catch((error: unknown) => {
        const moment = within ? 'in' : 'after';
        throw workingError(error, setup.learnerName, `saving itself ${moment} task ${task}`, last);
      });
    const { path, bytes } = await setup.checkpoints.save(
      {
        version: checkpointVersion,
        ...place,
        learner: snapshot,
        random: random.save(),
        // It has begun: description and sample shape are there.
        state: state as CheckpointState,
        ...(setup.samples === undefined ? {} : { samples: setup.samples }),
        timings: clock.timings(within),
      },
      setup.keepsTaskEnds,
    );
    last = { place, path };
    run.schedule.saved();
    yield record({ type: 'checkpoint-saved', ...place, path, bytes, seconds: (now() - began) / 1000 });
  }
}

/** Seconds. */
const usualPatience = 10;

/** The experience with classes that a learner cannot change: stream and evaluation go by the same lists. */
function protectedFrom({ index, train, classes, newClasses, taskLabel }: Experience): Experience {
  const own = { index, train, classes: Object.freeze([...classes]), newClasses: Object.freeze([...newClasses]) };
  return Object.freeze(taskLabel === undefined ? own : { ...own, taskLabel });
}

/** Tasks that were learnt to their end, and iterations of the next that were taken. */
function startOf(found: StoredCheckpoint | undefined): { readonly after: number; readonly iteration: number } {
  if (found === undefined) return { after: 0, iteration: 0 };
  const { task, iteration } = found.checkpoint;
  return iteration === undefined ? { after: task, iteration: 0 } : { after: task - 1, iteration };
}

/** What of a set-up describes its run. */
export function descriptionOf(setup: RunSetup): RunDescription {
  const { scenario, scenarioDigest, configuration, learnerName: learner, seed, engine, stream } = setup;
  const versions = Object.entries({ ...setup.versions, ...engine.versions }).sort(([a], [b]) => (a < b ? -1 : 1));
  return {
    run: runName({ scenario, learner, seed }),
    ...{ scenario, scenarioDigest, configuration, learner, seed },
    engine: engine.name,
    versions: Object.fromEntries(versions),
    ...(setup.inputs === undefined ? {} : { inputs: setup.inputs }),
    ...(setup.origin === undefined ? {} : { origin: setup.origin }),
    ...(stream.length === undefined ? {} : { tasks: stream.length }),
  };
}

function taskStarted({ index, classes, train }: Experience, added: Evaluator['seen']): RunEvent {
  return {
    type: 'task-started',
    task: index,
    classes,
    samples: train.size,
    sampleShape: train.shape,
    evaluation: added.map(({ name, samples }) => ({ name, samples: samples.size })),
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
    if (learner !== undefined) dispose(learner, setup.learnerName, true);
    throw learnerError(error, setup.learnerName, doing, found && { place: found.checkpoint, path: found.path });
  }
}

/** Gives a learner that keeps real samples those of a finished experience back. */
function reattach(learner: Learner, experience: Experience, name: string): void {
  try {
    learner.reattach?.(experience);
  } catch (error) {
    throw workingError(error, name, `being given task ${experience.index} again`, undefined);
  }
}

/** @param quietly whether something else went wrong already, which it is not to hide */
function dispose(learner: Learner, name: string, quietly: boolean): void {
  try {
    learner.dispose();
  } catch (error) {
    if (!quietly) throw workingError(error, name, 'being disposed', undefined);
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

/** A learner must go on with values of the scale that it has learnt. */
function checkScale({ samples }: RunSetup, found: StoredCheckpoint | undefined): void {
  const [before, here] = [found?.checkpoint.samples?.scale, samples?.scale];
  if (found === undefined || before === undefined || isDeepStrictEqual(before, here)) return;
  throw new ReverieError(
    'bad-checkpoint',
    `${found.path} is of other data: their values were scaled otherwise than this run's; resume with the data it was made ` +
      'with, or start without --resume',
  );
}

/** The digest vouches for the scenario, not for the data: a stream of other tasks must not be mixed into a result. */
function checkSame(experience: Experience, { seen }: Evaluator, found: StoredCheckpoint | undefined): void {
  const difference = found && taskDifference(found.checkpoint.state, experience, seen);
  if (found === undefined || difference === undefined) return;
  throw new ReverieError(
    'bad-checkpoint',
    `${found.path} is of other data: its ${difference}; resume with the data it was made with, or start without --resume`,
  );
}
