import type { RunEvent } from '../../../src/core/events.js';
import { someRunStarted, someTaskEnded, someTaskStarted } from '../../support/some-events.js';

/** Events of a run of five tasks with 100 iterations each. */
export function started(resumedAfter = 0): RunEvent {
  return someRunStarted({ tasks: 5, resumedAfter });
}

export function taskStarted(task: number): RunEvent {
  return someTaskStarted(task, { classes: [2 * task - 2, 2 * task - 1], samples: 12_000 });
}

export function batch(task: number, iteration: number, losses: Readonly<Record<string, number>>): RunEvent {
  return { type: 'batch-trained', task, iteration, iterations: 100, losses };
}

export function evaluatedAt(task: number, accuracy: number): RunEvent {
  return { type: 'evaluated', task, iteration: 100, moment: 'end', accuracies: [accuracy], accuracy };
}

export function taskEnded(task: number): RunEvent {
  return someTaskEnded(task);
}
