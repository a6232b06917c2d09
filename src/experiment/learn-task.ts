import { ReverieError } from '../core/errors.js';
import type { Evaluated, LearnerEvent, RunEvent } from '../core/events.js';
import type { Experience } from '../core/experience.js';
import type { Footprint } from '../core/footprint.js';
import type { Learner } from '../core/learner.js';
import type { CheckpointPlace } from './checkpoint.js';
import type { CheckpointSchedule } from './checkpoint-policy.js';
import type { Evaluation, Evaluator, FutureAccuracy } from './evaluator.js';
import type { EventLoopYielder } from './event-loop-yielder.js';
import { diverged, workingError, type LastCheckpoint } from './failures.js';
import type { BoundedWait } from './bounded-wait.js';
import { checkedFootprint, unseenWarning } from './learner-answers.js';
import type { RunClock } from './run-clock.js';
import type { RunSetup } from './run-setup.js';

/** What one experience is learnt with. */
export interface TaskContext {
  readonly setup: RunSetup;
  readonly learner: Learner;
  readonly experience: Experience;
  readonly clock: RunClock;
  /** Counts an event among those of the run, and passes it on. */
  readonly record: <E extends RunEvent>(event: E) => E;
  readonly evaluator: Evaluator;
  readonly yielder: EventLoopYielder;
  readonly schedule: CheckpointSchedule;
  /** For whatever the learner does. */
  readonly wait: BoundedWait;
  /** Whether the run was warned with this code before. */
  readonly warned: (code: string) => boolean;
  /** The last checkpoint, for messages. */
  readonly last: () => LastCheckpoint | undefined;
}

/** Asks whoever pulls to leave a checkpoint before the next event. */
export interface CheckpointDue {
  readonly type: 'checkpoint-due';
  readonly place: CheckpointPlace;
}

/** Learns one task, or the rest of it, and measures within and after it; to `task-ended`. */
export async function* learnTask(context: TaskContext): AsyncGenerator<RunEvent | CheckpointDue, void, void> {
  const { setup, learner, experience, clock, record, schedule, yielder } = context;
  const task = experience.index;
  let iteration = 0;
  for await (const event of learnerEvents(context)) {
    yield record(event);
    if (event.type === 'batch-trained') {
      iteration = event.iteration;
      const every = setup.evaluateEvery ?? Infinity;
      const within = iteration < event.iterations;
      if (within && iteration % every === 0) {
        const evaluation = await evaluate(context);
        if (evaluation === undefined) return;
        yield record(evaluated(task, iteration, 'within', evaluation));
        yield* unseenWarnings(context, evaluation);
      }
      if (within && learner.savesWithinExperience === true && schedule.due(iteration)) {
        yield { type: 'checkpoint-due', place: { task, iteration } };
      }
    }
    await yielder.yieldToEventLoop();
  }
  const evaluation = await evaluate(context);
  if (evaluation === undefined) return;
  const { confusion } = evaluation;
  const future = setup.evaluatesFuture === true ? await evaluateFuture(context) : [];
  if (future === undefined) return;
  const ofFuture = setup.evaluatesFuture === true ? { future } : {};
  yield record({ ...evaluated(task, iteration, 'end', evaluation), confusion, ...ofFuture });
  yield* unseenWarnings(context, evaluation);
  clock.endTask();
  const liveBuffers = setup.engine.liveBuffers();
  yield record({ type: 'task-ended', task, footprint: footprint(context), liveBuffers, timings: clock.timings() });
}

/** Once a run: who predicts no class seen so far goes on doing so. */
function* unseenWarnings({ experience, record, warned }: TaskContext, { unseen }: Evaluation): Generator<RunEvent> {
  const warning = unseenWarning(unseen, experience.index);
  if (warning !== undefined && !warned(warning.code)) yield record(warning);
}

function footprint({ setup, learner, experience, last }: TaskContext): Footprint {
  try {
    return checkedFootprint(learner.footprint());
  } catch (error) {
    throw workingError(error, setup.learnerName, `reporting its footprint after task ${experience.index}`, last());
  }
}

const learnerEventTypes: ReadonlySet<string> = new Set<LearnerEvent['type']>([
  'epoch-started',
  'epoch-ended',
  'batch-trained',
  'dreams-drawn',
  'memory-consolidated',
  'scalars',
  'warning',
]);

/** The learner's events as they are pulled: timed, checked, and its exceptions named. */
async function* learnerEvents(context: TaskContext): AsyncGenerator<LearnerEvent, void, void> {
  const { setup, learner, experience, clock, schedule, wait, last } = context;
  const doing = `learning task ${experience.index}`;
  const control = { checkpointAfter: (iteration: number) => schedule.due(iteration) };
  let iterator: AsyncIterator<LearnerEvent> | undefined;
  let open = true;
  const next = async (): Promise<IteratorResult<LearnerEvent, unknown>> => {
    try {
      iterator ??= iteratorOf(learner.learn(experience, control));
      const steps = iterator;
      return await wait.for(() => steps.next());
    } catch (error) {
      open = false;
      throw workingError(error, setup.learnerName, doing, last());
    }
  };
  try {
    for (;;) {
      const result = await clock.learning(next);
      if (result.done === true) {
        open = false;
        return;
      }
      check(result.value, context);
      yield result.value;
    }
  } finally {
    if (open) await close(iterator, context);
  }
}

async function close(
  iterator: AsyncIterator<LearnerEvent> | undefined,
  { setup, experience }: TaskContext,
): Promise<void> {
  try {
    await iterator?.return?.();
  } catch (error) {
    throw workingError(error, setup.learnerName, `stopping in task ${experience.index}`, undefined);
  }
}

/** A plug-in in plain JavaScript has met no compiler. */
function iteratorOf(events: AsyncIterable<LearnerEvent>): AsyncIterator<LearnerEvent> {
  const given: unknown = events;
  if (typeof given === 'object' && given !== null && Symbol.asyncIterator in given)
    return events[Symbol.asyncIterator]();
  throw new TypeError('learn gave nothing that can be iterated asynchronously; expected an async generator of events');
}

/** It likewise. */
function check(event: LearnerEvent, { setup, experience, last }: TaskContext): void {
  const type: unknown = (event as Partial<LearnerEvent> | undefined)?.type;
  if (typeof type !== 'string' || !learnerEventTypes.has(type)) {
    throw new ReverieError(
      'learner-failed',
      `learner "${setup.learnerName}" emitted ${String(type)} in task ${experience.index}; ` +
        `a learner may emit ${[...learnerEventTypes].join(', ')}`,
    );
  }
  if (event.type !== 'batch-trained') return;
  const bad = Object.entries(event.losses).find(([, value]) => !Number.isFinite(value));
  if (bad === undefined) return;
  const [name, value] = bad;
  const { iteration } = event;
  throw diverged({ name, value, task: experience.index, iteration }, setup.learnerName, last());
}

function evaluate(context: TaskContext): Promise<Evaluation | undefined> {
  return measured(context, ({ evaluator, learner, wait }) => evaluator.evaluate(learner, wait));
}

function evaluateFuture(context: TaskContext): Promise<readonly FutureAccuracy[] | undefined> {
  return measured(context, ({ evaluator, learner, wait }) => evaluator.evaluateFuture(learner, wait));
}

/** What is measured, timed, with the learner's exceptions named. */
async function measured<T>(context: TaskContext, measure: (context: TaskContext) => Promise<T>): Promise<T> {
  const { setup, experience, clock, last } = context;
  try {
    return await clock.evaluating(() => measure(context));
  } catch (error) {
    throw workingError(error, setup.learnerName, `predicting in task ${experience.index}`, last());
  }
}

function evaluated(task: number, iteration: number, moment: Evaluated['moment'], found: Evaluation): Evaluated {
  const { accuracies, accuracy } = found;
  return { type: 'evaluated', task, iteration, moment, accuracies, accuracy };
}
