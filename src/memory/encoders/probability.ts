import { z } from 'zod';
import { cosine, linear } from '../../engine/optimisers/schedules.js';

const share = z.number().min(0).max(1);
const steps = z.int().min(0).max(1e9);

const ramp = z.strictObject({
  from: share.describe('At the first step.'),
  to: share.describe('After "over" steps, and from then on.'),
  over: steps.min(1).describe('Optimiser steps of the memory from the one to the other; each task begins at step 0.'),
  kind: z.enum(['linear', 'cosine']).default('linear').describe('A straight line, or half a cosine.'),
});

const stairs = z.strictObject({
  steps: z
    .array(z.tuple([steps, share]))
    .min(1)
    .max(1000)
    .superRefine((given, context) => {
      given.forEach(([at], i) => {
        const before = given[i - 1]?.[0];
        if (before === undefined ? at === 0 : at > before) return;
        const message = before === undefined ? 'expected 0 for the first step' : `expected a step after ${before}`;
        context.addIssue({ code: 'custom', message, path: [i, 0] });
      });
    })
    .describe('From which step on which probability: [[0, 0], [500, 0.25], [1000, 0.5]].'),
});

/**
 * The option p of an encoder: a probability, or one that is "gradually injected" (arXiv 2309.01532): `{ from, to, over }`,
 * or `{ steps: [[0, 0], [500, 0.5]] }`.
 */
export const probability = z
  .union([share, ramp, stairs])
  .default(0.5)
  .describe('Probability that the target is another sample instead of the row itself: a number, or a schedule.');

/** A probability that stays, or a schedule of it. */
export type Probability = z.output<typeof probability>;

/** The probability at a step, counted from 0. */
export function probabilityAt(p: Probability): (step: number) => number {
  if (typeof p === 'number') return () => p;
  if ('steps' in p) return (step) => p.steps.findLast(([from]) => from <= step)?.[1] ?? 0;
  const { from, to, over, kind } = p;
  // Schedules of learning rates count from 1, and end at their last step.
  const schedule = (kind === 'linear' ? linear : cosine)({ from, to, steps: over + 1 });
  return (step) => schedule(step + 1);
}

/** The first step at which the probability is what it stays from then on. */
export function settledAfter(p: Probability): number {
  if (typeof p === 'number') return 0;
  return 'steps' in p ? (p.steps.at(-1)?.[0] ?? 0) : p.over;
}
