import type { RunResult } from '../core/result.js';
import { mean } from './mean.js';

/** Accuracy over all classes seen so far at moments within and at the end of tasks, in the order they were measured. */
export type AnytimePoints = RunResult['anytime'];

/**
 * AAA = (1/N) Σ_n A_n over all N measured moments, within tasks and at their ends, each counting the same; A_n is the
 * accuracy over all test samples of the classes seen, the present task's included. "Average any-time accuracy" (Caccia
 * et al. 2020, "Online Fast Adaptation and Knowledge Accumulation", who measure at every step).
 *
 * Undefined where nothing was measured within a task: the mean over ends alone is AIA and goes by that name.
 *
 * @param tasks number of tasks, whose ends are among the points
 */
export function anytimeAccuracy(points: AnytimePoints, tasks: number): number | undefined {
  return points.length > tasks ? mean(points.map((point) => point.accuracy)) : undefined;
}
