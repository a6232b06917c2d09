import type { RunEvent } from '../../core/events.js';
import { formatSeconds } from '../../report/page.js';

/** How far a run is: what of its events so far a person wants to see. */
export interface RunProgress {
  readonly task: number;
  /** Undefined where the stream has no end. */
  readonly tasks: number | undefined;
  readonly iteration: number;
  /** Iterations of this task; 0 before its first. */
  readonly iterations: number;
  readonly losses: Readonly<Record<string, number>>;
  /** Share, in [0, 1], of the test samples of all classes seen so far. */
  readonly accuracy?: number;
  /** Seconds when this task began. */
  readonly taskBegan: number;
  /** Seconds when the last event came. */
  readonly now: number;
}

export const notStarted: RunProgress = {
  task: 0,
  tasks: 0,
  iteration: 0,
  iterations: 0,
  losses: {},
  taskBegan: 0,
  now: 0,
};

/** The progress after one more event, at this time in seconds. */
export function advance(progress: RunProgress, event: RunEvent, now: number): RunProgress {
  switch (event.type) {
    case 'run-started':
      return { ...notStarted, task: event.resumedAfter, tasks: event.tasks, taskBegan: now, now };
    case 'task-started':
      return { ...progress, task: event.task, iteration: 0, iterations: 0, losses: {}, taskBegan: now, now };
    case 'batch-trained': {
      const { iteration, iterations, losses } = event;
      return { ...progress, iteration, iterations, losses, now };
    }
    case 'evaluated':
      return { ...progress, accuracy: event.accuracy, now };
    default:
      return { ...progress, now };
  }
}

/** `task 2/5 · iteration 120/500 · accuracy over samples 0.954 · 1 min 05 s left · loss new 0.312, replay 0.120` */
export function progressLine(progress: RunProgress): string {
  const { task, tasks, iteration, iterations, losses, accuracy } = progress;
  const named = Object.entries(losses).map(([name, loss]) => `${name} ${loss.toPrecision(3)}`);
  const left = secondsLeft(progress);
  // The losses come last: on a narrow terminal they are what can be done without.
  return [
    `task ${task}/${tasks ?? '?'}`,
    ...(iterations === 0 ? [] : [`iteration ${iteration}/${iterations}`]),
    ...(accuracy === undefined ? [] : [`accuracy over samples ${accuracy.toFixed(3)}`]),
    ...(left === undefined ? [] : [`${formatSeconds(left)} left`]),
    ...(named.length === 0 ? [] : [`loss ${named.join(', ')}`]),
  ].join(' · ');
}

/** Before that, what the first iterations set up would be taken for their pace. */
const leastSeconds = 2;

/**
 * Seconds that this run will still take, if every iteration to come takes as long as those of this task did on average:
 * the first task has nothing to remember and is quicker, the later ones are alike.
 */
export function secondsLeft(progress: RunProgress): number | undefined {
  const { task, tasks, iteration, iterations, taskBegan, now } = progress;
  if (tasks === undefined || iteration === 0 || now - taskBegan < leastSeconds) return undefined;
  const perIteration = (now - taskBegan) / iteration;
  return perIteration * (iterations - iteration + iterations * (tasks - task));
}
