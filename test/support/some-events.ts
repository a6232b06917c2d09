import type { CheckpointSaved, RunStarted, TaskEnded, TaskStarted } from '../../src/core/events.js';

const timings = { seconds: 0, learning: [], evaluating: 0, peakMemoryMiB: 0 };

/** Events of a run that never was, to be changed where a test cares. */
export const someRunStarted = (changes: Partial<RunStarted> = {}): RunStarted => ({
  type: 'run-started',
  run: 's-l-1',
  scenario: 's',
  scenarioDigest: 'd',
  configuration: {},
  learner: 'l',
  seed: 1,
  engine: 'e',
  versions: { reverie: '0.1.0' },
  tasks: 2,
  resumedAfter: 0,
  ...changes,
});

export const someTaskStarted = (task: number, changes: Partial<TaskStarted> = {}): TaskStarted => ({
  type: 'task-started',
  task,
  classes: [],
  samples: 1,
  sampleShape: [1],
  evaluation: [{ name: `task ${task}`, samples: 1 }],
  ...changes,
});

export const someTaskEnded = (task: number, changes: Partial<TaskEnded> = {}): TaskEnded => ({
  type: 'task-ended',
  task,
  footprint: { memoryBytes: 0, storedSamples: 0 },
  liveBuffers: 0,
  timings,
  ...changes,
});

export const someCheckpointSaved = (task: number, path: string): CheckpointSaved => ({
  type: 'checkpoint-saved',
  task,
  path,
  bytes: 100,
  seconds: 0,
});
