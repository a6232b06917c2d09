import type { Samples } from './dataset.js';

/**
 * What a learner gets to see of a task. It carries no test data, no task to come and no count of tasks or classes: a
 * learner that wants to cheat does not compile.
 */
export interface Experience {
  /** Number of the task in the stream, from 1. */
  readonly task: number;
  /** The classes that this task brings, none of which an earlier task had. */
  readonly classes: readonly number[];
  readonly train: Samples;
}

/** A task of a stream: the learner's part of it, and the part that is only for measuring. */
export interface Task {
  readonly experience: Experience;
  readonly test: Samples;
}

/** How long to train on each task: so many optimiser steps, or so many passes over the task's data. */
export type TrainingLength = { readonly iterations: number } | { readonly epochs: number };

/** How a learner is to train; the scenario decides it, so that strategies are compared on equal terms. */
export interface TrainingPlan {
  readonly budget: TrainingLength;
  /** New samples per optimiser step. */
  readonly batchSize: number;
}

/** Number of optimiser steps that the plan gives to a task with `size` samples. */
export function iterationsFor(plan: TrainingPlan, size: number): number {
  if ('iterations' in plan.budget) return plan.budget.iterations;
  return plan.budget.epochs * Math.ceil(size / plan.batchSize);
}
