import type { Samples } from './dataset.js';

/**
 * What a learner gets to see of one step of a stream. It carries no test data, nothing of what is to come, and no count of
 * experiences or classes: a learner that wants to cheat does not compile.
 */
export interface Experience {
  /** Place in the stream, from 1. */
  readonly index: number;
  readonly train: Samples;
  /** The classes of its samples. */
  readonly classes: readonly number[];
  /** Those of {@link classes} that no earlier experience had, in the order in which outputs are added for them. */
  readonly newClasses: readonly number[];
  /** Which task the samples are of; absent where the stream does not give task labels. */
  readonly taskLabel?: number;
}

/** How long to train on each experience: so many optimiser steps, or so many passes over its samples. */
export type TrainingLength = { readonly iterations: number } | { readonly epochs: number };

/** How a learner is to train; the scenario decides it, so that strategies are compared on equal terms. */
export interface TrainingPlan {
  readonly budget: TrainingLength;
  /** New samples per optimiser step. */
  readonly batchSize: number;
}

/** New samples per step in an experience with `size` samples: where passes are counted, no more than there are. */
export function batchSizeFor({ budget, batchSize }: TrainingPlan, size: number): number {
  return 'iterations' in budget ? batchSize : Math.min(batchSize, size);
}

/** Number of optimiser steps that the plan gives to an experience with `size` samples; so many passes are rounded up to a step. */
export function iterationsFor(plan: TrainingPlan, size: number): number {
  if ('iterations' in plan.budget) return plan.budget.iterations;
  return Math.ceil((plan.budget.epochs * size) / batchSizeFor(plan, size));
}
