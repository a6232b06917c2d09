import type { AccuracyMatrix } from '../../src/metrics/accuracy.js';

/** Three tasks; task 1 falls, rises above its first accuracy, and falls again only for the last row. */
export const threeTasks: AccuracyMatrix = [
  [0.9, null, null],
  [0.6, 0.8, null],
  [0.3, 0.5, 0.7],
];

/** Task 1 is best in row 2, not right after it was learnt: here the formulas called "forgetting" differ. */
export const bestInTheMiddle: AccuracyMatrix = [
  [0.5, null, null],
  [0.75, 0.5, null],
  [0.25, 0.75, 1],
];

/** A single task: nothing was earlier. */
export const oneTask: AccuracyMatrix = [[0.9]];
