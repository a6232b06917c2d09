import type { ConfusionCounts } from '../core/confusion.js';
import { ReverieError } from '../core/errors.js';
import type { Evaluated, RunDescription, RunEvent } from '../core/events.js';
import type { Footprint } from '../core/footprint.js';
import { mostConfusion, resultVersion, type DreamHealth, type RunResult, type Timings } from '../core/result.js';
import type { Shape } from '../core/tensor.js';
import { accuracyMatrix, perClassAccuracy, type AnytimePoints } from '../metrics/accuracy.js';
import { futureMatrix } from '../metrics/forward-transfer.js';
import { metricValues } from '../metrics/metric-values.js';

/** All that the events of a run so far have shown: plain data, which a checkpoint carries. */
export interface RunState {
  /** Absent before `run-started`. */
  readonly description?: RunDescription;
  /** Shape of one sample; absent before the first task. */
  readonly sampleShape?: Shape;
  /** Classes of each task that began. */
  readonly tasks: readonly (readonly number[])[];
  /** Samples of each evaluation set seen so far. */
  readonly testSizes: readonly number[];
  /** Accuracies on the sets seen so far after task t, one row for each task that ended. */
  readonly rows: readonly (readonly number[])[];
  /** On the sets still to come after task t, one row for each task that ended; absent where they are not measured. */
  readonly future?: readonly NonNullable<Evaluated['future']>[];
  readonly anytime: AnytimePoints;
  readonly dreams: readonly DreamHealth[];
  /** Whether the learner replays: it reported dreams or a loss named `replay`. */
  readonly replays: boolean;
  /** As the last task that ended left it. */
  readonly footprint: Footprint;
  /** After the last task that ended. */
  readonly confusion: ConfusionCounts;
  readonly warnings: readonly { readonly code: string; readonly message: string }[];
  /** After the last task that ended, or of the whole run. */
  readonly timings: Timings;
}

/** Before the first event. */
export const initialRunState: RunState = {
  tasks: [],
  testSizes: [],
  rows: [],
  anytime: [],
  dreams: [],
  replays: false,
  footprint: { memoryBytes: 0, storedSamples: 0 },
  confusion: { classes: [], counts: [] },
  warnings: [],
  timings: { seconds: 0, learning: [], evaluating: 0, peakMemoryMiB: 0 },
};

/**
 * The state after one more event; the very same object where the event adds nothing. A run's state is
 * `events.reduce(reduceRun, initialRunState)`, over its live events or over the lines of its `events.jsonl`; of a run that
 * was resumed the log holds all events, the live stream those since.
 */
export function reduceRun(state: RunState, event: RunEvent): RunState {
  switch (event.type) {
    case 'run-started': {
      const { run, scenario, scenarioDigest, configuration, learner, seed, engine, versions } = event;
      const { inputs, origin, tasks } = event;
      const description = {
        ...{ run, scenario, scenarioDigest, configuration, learner, seed, engine, versions },
        ...(inputs === undefined ? {} : { inputs }),
        ...(origin === undefined ? {} : { origin }),
        ...(tasks === undefined ? {} : { tasks }),
      };
      return { ...state, description };
    }
    case 'task-started':
      return {
        ...state,
        sampleShape: event.sampleShape,
        tasks: [...state.tasks, event.classes],
        testSizes: [...state.testSizes, ...event.evaluation.map(({ samples }) => samples)],
      };
    case 'batch-trained':
      return state.replays || !('replay' in event.losses) ? state : { ...state, replays: true };
    case 'dreams-drawn': {
      const { task, count, classes, histogram, acceptance, noiseScale } = event;
      const look = {
        ...{ task, count, classes, histogram, teacherAgreement: event.teacherAgreement ?? null },
        ...(acceptance === undefined ? {} : { acceptance }),
        ...(noiseScale === undefined ? {} : { noiseScale }),
      };
      return { ...state, dreams: [...state.dreams, look], replays: true };
    }
    case 'evaluated': {
      const { task, iteration, accuracy, confusion } = event;
      return {
        ...state,
        rows: event.moment === 'end' ? [...state.rows, event.accuracies] : state.rows,
        anytime: [...state.anytime, { task, iteration, accuracy }],
        ...(confusion === undefined ? {} : { confusion }),
        ...(event.future === undefined ? {} : { future: [...(state.future ?? []), event.future] }),
      };
    }
    case 'task-ended':
      return { ...state, footprint: event.footprint, timings: event.timings };
    case 'warning':
      return { ...state, warnings: [...state.warnings, { code: event.code, message: event.message }] };
    case 'run-completed':
      return { ...state, timings: event.timings };
    case 'epoch-started':
    case 'epoch-ended':
    case 'scalars':
    case 'memory-consolidated':
    case 'checkpoint-started':
    case 'checkpoint-saved':
      return state;
  }
}

/**
 * The result of the run of this state.
 *
 * @throws ReverieError `bad-data` where the run has not begun
 */
export function resultOf(state: RunState): RunResult {
  const { description, rows, testSizes, anytime, dreams, confusion } = state;
  if (description === undefined) {
    throw new ReverieError('bad-data', 'there is no run-started among these events; expected those of a whole run');
  }
  const { scenario, scenarioDigest, configuration, learner, seed, engine, versions, inputs, origin } = description;
  const matrix = accuracyMatrix(rows);
  const future = state.future && futureMatrix(rows, state.future);
  return {
    version: resultVersion,
    ...{ scenario, scenarioDigest, configuration, learner, seed, engine, versions },
    ...(inputs === undefined ? {} : { inputs }),
    ...(origin === undefined ? {} : { origin }),
    tasks: state.tasks,
    accuracyMatrix: matrix,
    testSizes,
    ...(future === undefined ? {} : { future }),
    metrics: metricValues({
      ...{ accuracyMatrix: matrix, testSizes, anytime, dreams },
      ...(future === undefined ? {} : { future }),
    }),
    perClassAccuracy: perClassAccuracy(confusion),
    ...(confusion.classes.length <= mostConfusion ? { confusion } : {}),
    anytime,
    dreams,
    footprint: state.footprint,
    warnings: state.warnings,
    timings: state.timings,
  };
}
