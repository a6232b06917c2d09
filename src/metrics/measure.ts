import { distinctUntilChanged, scan } from 'rxjs';
import type { OperatorFunction } from 'rxjs';
import type { RunEvent } from '../core/events.js';
import type { Footprint } from '../core/footprint.js';
import type { DreamHealth } from '../core/result.js';
import type { AnytimePoints } from './anytime.js';

/** What the events of a run have told so far, gathered for the metrics. Plain data: it travels in checkpoints. */
export interface Measured {
  /** Classes of each task that began. */
  readonly tasks: readonly (readonly number[])[];
  /** Accuracies on tasks 1 … t after task t, one row for each task that ended. */
  readonly rows: readonly (readonly number[])[];
  readonly anytime: AnytimePoints;
  readonly dreams: readonly DreamHealth[];
  /** Whether the learner replays: it told of dreams or of a loss named `replay`. */
  readonly replays: boolean;
  /** As the last task that ended left it. */
  readonly footprint: Footprint;
  readonly warnings: readonly { readonly code: string; readonly message: string }[];
}

/** Before the first event. */
export const measuredNothing: Measured = {
  tasks: [],
  rows: [],
  anytime: [],
  dreams: [],
  replays: false,
  footprint: { memoryBytes: 0, storedSamples: 0 },
  warnings: [],
};

/** What is known after one more event; the very same object where the event adds nothing. */
export function takeIn(known: Measured, event: RunEvent): Measured {
  switch (event.type) {
    case 'task-started':
      return { ...known, tasks: [...known.tasks, event.classes] };
    case 'batch-trained':
      return known.replays || !('replay' in event.losses) ? known : { ...known, replays: true };
    case 'dreams-drawn': {
      const { task, count, classes, histogram, acceptance, noiseScale } = event;
      const look = {
        ...{ task, count, classes, histogram, teacherAgreement: event.teacherAgreement ?? null },
        ...(acceptance === undefined ? {} : { acceptance }),
        ...(noiseScale === undefined ? {} : { noiseScale }),
      };
      return { ...known, dreams: [...known.dreams, look], replays: true };
    }
    case 'evaluated': {
      const { task, iteration, accuracy } = event;
      const rows = event.moment === 'end' ? [...known.rows, event.accuracies] : known.rows;
      return { ...known, rows, anytime: [...known.anytime, { task, iteration, accuracy }] };
    }
    case 'task-ended':
      return { ...known, footprint: event.footprint };
    case 'warning':
      return { ...known, warnings: [...known.warnings, { code: event.code, message: event.message }] };
    case 'run-started':
    case 'epoch-started':
    case 'epoch-ended':
    case 'memory-consolidated':
    case 'checkpoint-saved':
    case 'run-completed':
      return known;
  }
}

/**
 * Turns the events of a run into what is known of it, told anew whenever it grew. A resumed run tells only of what
 * happens from then on; the whole is in the result of its `run-completed`.
 */
export function measure(): OperatorFunction<RunEvent, Measured> {
  return (events) => events.pipe(scan(takeIn, measuredNothing), distinctUntilChanged());
}
