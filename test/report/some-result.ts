import type { RunResult } from '../../src/core/result.js';

const definition = 'given by hand';

/** A result as a run saves it, of two tasks with two classes each, with what a test changes. */
export function someResult(changes: Partial<RunResult> = {}): RunResult {
  return {
    version: 2,
    scenario: 'two-tasks',
    scenarioDigest: 'd1',
    configuration: {},
    learner: 'rehearsal',
    seed: 1,
    engine: 'cpu',
    versions: {},
    tasks: [
      [0, 1],
      [2, 3],
    ],
    accuracyMatrix: [
      [1, null],
      [0.85, 0.9],
    ],
    testSizes: [20, 20],
    metrics: {
      accuracyOverTasks: { value: 0.875, definition },
      accuracyOverSamples: { value: 0.875, definition },
      forgetting: { value: 0.15, definition },
    },
    perClassAccuracy: [],
    anytime: [],
    dreams: [],
    footprint: { memoryBytes: 2_621_440, statisticsBytes: 224_000, storedSamples: 0 },
    warnings: [],
    timings: { seconds: 12.34, learning: [6, 6], evaluating: 0.3, peakMemoryMiB: 100 },
    ...changes,
  };
}

/** A result with this accuracy, over tasks and over samples. */
export function resultWith(learner: string, accuracy: number, changes: Partial<RunResult> = {}): RunResult {
  return unequalResult(learner, { tasks: accuracy, samples: accuracy }, changes);
}

/** A result with these accuracies over tasks and over samples. */
export function unequalResult(
  learner: string,
  { tasks, samples }: { readonly tasks: number; readonly samples: number },
  changes: Partial<RunResult> = {},
): RunResult {
  const metrics = {
    accuracyOverTasks: { value: tasks, definition },
    accuracyOverSamples: { value: samples, definition },
  };
  return someResult({ learner, metrics, ...changes });
}
