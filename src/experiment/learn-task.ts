import { ReverieError } from '../core/errors.js';
import type { Evaluated, LearnerEvent, RunEvent } from '../core/events.js';
import type { Task } from '../core/experience.js';
import type { Footprint, Learner } from '../core/learner.js';
import type { EventLoopYielder } from './event-loop-yielder.js';
import type { Evaluation, Evaluator } from './evaluator.js';
import { diverged, learnerError } from './failures.js';
import type { LastCheckpoint } from './failures.js';
import type { RunRecord } from './run-record.js';
import type { RunSetup } from './run-setup.js';

/** What one task is learnt with. */
export interface Lesson {
  readonly setup: RunSetup;
  readonly learner: Learner;
  readonly task: Task;
  readonly record: RunRecord;
  readonly evaluator: Evaluator;
  readonly yielder: EventLoopYielder;
  readonly last: LastCheckpoint | undefined;
}

/** Learns one task and measures within and after it; from `task-started` to `task-ended`. */
export async function* learnTask(lesson: Lesson): AsyncGenerator<RunEvent, void, void> {
  const { setup, task, record, yielder } = lesson;
  const { experience, test } = task;
  const number = experience.task;
  yield record.told({
    type: 'task-started',
    task: number,
    classes: experience.classes,
    samples: experience.train.size,
  });
  let iteration = 0;
  for await (const event of learnerEvents(lesson)) {
    yield record.told(event);
    if (event.type === 'batch-trained') {
      iteration = event.iteration;
      const every = setup.evaluateEvery ?? Infinity;
      if (iteration % every === 0 && iteration < event.iterations) {
        const evaluation = await evaluate(lesson);
        if (evaluation === undefined) return;
        yield record.told(evaluated(number, iteration, 'within', evaluation));
      }
    }
    await yielder.yieldToEventLoop();
  }
  const evaluation = await evaluate(lesson);
  if (evaluation === undefined) return;
  yield record.told(evaluated(number, iteration, 'end', evaluation));
  record.endTask(test.size, evaluation.confusion);
  const liveBuffers = setup.engine.liveBuffers();
  yield record.told({ type: 'task-ended', task: number, footprint: footprint(lesson), liveBuffers });
}

function footprint({ setup, learner, task, last }: Lesson): Footprint {
  try {
    return learner.footprint();
  } catch (error) {
    throw learnerError(error, setup.learnerName, `telling its footprint after task ${task.experience.task}`, last);
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
async function* learnerEvents(lesson: Lesson): AsyncGenerator<LearnerEvent, void, void> {
  const { setup, learner, task, record, last } = lesson;
  const number = task.experience.task;
  let iterator: AsyncIterator<LearnerEvent> | undefined;
  let open = true;
  const pull = async (): Promise<IteratorResult<LearnerEvent, unknown>> => {
    try {
      iterator ??= learner.learn(task.experience)[Symbol.asyncIterator]();
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
      check(next.value, lesson);
      yield next.value;
    }
  } finally {
    if (open) await close(iterator, lesson);
  }
}

async function close(iterator: AsyncIterator<LearnerEvent> | undefined, { setup, task }: Lesson): Promise<void> {
  try {
    await iterator?.return?.();
  } catch (error) {
    throw learnerError(error, setup.learnerName, `stopping in task ${task.experience.task}`, undefined);
  }
}

/** A plug-in in plain JavaScript has met no compiler. */
function check(event: LearnerEvent, { setup, task, last }: Lesson): void {
  const type: unknown = (event as Partial<LearnerEvent> | undefined)?.type;
  if (typeof type !== 'string' || !learnerEventTypes.has(type)) {
    throw new ReverieError(
      'learner-failed',
      `learner "${setup.learnerName}" told of ${String(type)} in task ${task.experience.task}; ` +
        `a learner may tell of ${[...learnerEventTypes].join(', ')}`,
    );
  }
  if (event.type !== 'batch-trained') return;
  const bad = Object.entries(event.losses).find(([, value]) => !Number.isFinite(value));
  if (bad === undefined) return;
  const [name, value] = bad;
  throw diverged({ name, value, task: task.experience.task, iteration: event.iteration }, setup.learnerName, last);
}

async function evaluate({ setup, learner, task, record, evaluator, last }: Lesson): Promise<Evaluation | undefined> {
  try {
    return await record.evaluating(() => evaluator.evaluate(learner));
  } catch (error) {
    throw learnerError(error, setup.learnerName, `predicting in task ${task.experience.task}`, last);
  }
}

function evaluated(task: number, iteration: number, moment: Evaluated['moment'], found: Evaluation): Evaluated {
  const { accuracies, accuracy } = found;
  return { type: 'evaluated', task, iteration, moment, accuracies, accuracy };
}
