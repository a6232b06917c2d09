import { ReverieError } from '../core/errors.js';
import type { Evaluated, LearnerEvent, RunEvent } from '../core/events.js';
import type { Experience } from '../core/experience.js';
import type { Footprint } from '../core/footprint.js';
import type { Learner } from '../core/learner.js';
import type { EventLoopYielder } from './event-loop-yielder.js';
import type { Evaluation, Evaluator } from './evaluator.js';
import { diverged, learnerError } from './failures.js';
import type { LastCheckpoint } from './failures.js';
import type { RunRecord } from './run-record.js';
import type { RunSetup } from './run-setup.js';

/** What one experience is learnt with. */
export interface TaskContext {
  readonly setup: RunSetup;
  readonly learner: Learner;
  readonly experience: Experience;
  readonly record: RunRecord;
  readonly evaluator: Evaluator;
  readonly yielder: EventLoopYielder;
  readonly last: LastCheckpoint | undefined;
}

/** Learns one task and measures within and after it; from `task-started` to `task-ended`. */
export async function* learnTask(context: TaskContext): AsyncGenerator<RunEvent, void, void> {
  const { setup, experience, evaluator, record, yielder } = context;
  const number = experience.index;
  yield record.told({
    type: 'task-started',
    task: number,
    classes: experience.classes,
    samples: experience.train.size,
  });
  let iteration = 0;
  for await (const event of learnerEvents(context)) {
    yield record.told(event);
    if (event.type === 'batch-trained') {
      iteration = event.iteration;
      const every = setup.evaluateEvery ?? Infinity;
      if (iteration % every === 0 && iteration < event.iterations) {
        const evaluation = await evaluate(context);
        if (evaluation === undefined) return;
        yield record.told(evaluated(number, iteration, 'within', evaluation));
      }
    }
    await yielder.yieldToEventLoop();
  }
  const evaluation = await evaluate(context);
  if (evaluation === undefined) return;
  yield record.told(evaluated(number, iteration, 'end', evaluation));
  record.endTask(
    evaluator.seen.map(({ samples }) => samples.size),
    evaluation.confusion,
  );
  const liveBuffers = setup.engine.liveBuffers();
  yield record.told({ type: 'task-ended', task: number, footprint: footprint(context), liveBuffers });
}

function footprint({ setup, learner, experience, last }: TaskContext): Footprint {
  try {
    return learner.footprint();
  } catch (error) {
    throw learnerError(error, setup.learnerName, `telling its footprint after task ${experience.index}`, last);
  }
}

const learnerEventTypes: ReadonlySet<string> = new Set<LearnerEvent['type']>([
  'epoch-started',
  'epoch-ended',
  'batch-trained',
  'dreams-drawn',
  'memory-consolidated',
  'warning',
]);

/** The learner's events as they are pulled: timed, checked, and its exceptions named. */
async function* learnerEvents(context: TaskContext): AsyncGenerator<LearnerEvent, void, void> {
  const { setup, learner, experience, record, last } = context;
  const number = experience.index;
  let iterator: AsyncIterator<LearnerEvent> | undefined;
  let open = true;
  const pull = async (): Promise<IteratorResult<LearnerEvent, unknown>> => {
    try {
      iterator ??= learner.learn(experience)[Symbol.asyncIterator]();
      return await iterator.next();
    } catch (error) {
      open = false;
      throw learnerError(error, setup.learnerName, `learning task ${number}`, last);
    }
  };
  try {
    for (;;) {
      const next = await record.learning(pull);
      if (next.done === true) {
        open = false;
        return;
      }
      check(next.value, context);
      yield next.value;
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
    throw learnerError(error, setup.learnerName, `stopping in task ${experience.index}`, undefined);
  }
}

/** A plug-in in plain JavaScript has met no compiler. */
function check(event: LearnerEvent, { setup, experience, last }: TaskContext): void {
  const type: unknown = (event as Partial<LearnerEvent> | undefined)?.type;
  if (typeof type !== 'string' || !learnerEventTypes.has(type)) {
    throw new ReverieError(
      'learner-failed',
      `learner "${setup.learnerName}" told of ${String(type)} in task ${experience.index}; ` +
        `a learner may tell of ${[...learnerEventTypes].join(', ')}`,
    );
  }
  if (event.type !== 'batch-trained') return;
  const bad = Object.entries(event.losses).find(([, value]) => !Number.isFinite(value));
  if (bad === undefined) return;
  const [name, value] = bad;
  throw diverged({ name, value, task: experience.index, iteration: event.iteration }, setup.learnerName, last);
}

async function evaluate({
  setup,
  learner,
  experience,
  record,
  evaluator,
  last,
}: TaskContext): Promise<Evaluation | undefined> {
  try {
    return await record.evaluating(() => evaluator.evaluate(learner));
  } catch (error) {
    throw learnerError(error, setup.learnerName, `predicting in task ${experience.index}`, last);
  }
}

function evaluated(task: number, iteration: number, moment: Evaluated['moment'], found: Evaluation): Evaluated {
  const { accuracies, accuracy } = found;
  return { type: 'evaluated', task, iteration, moment, accuracies, accuracy };
}
