import { z } from 'zod';
import type { Experience } from '../core/experience.js';

/** What the share of the new in the loss goes by. */
const shareRules = ['classes', 'tasks'] as const;
export type ShareRule = (typeof shareRules)[number];

/** For learners that replay. */
export const newShareOption = z
  .enum(shareRules)
  .optional()
  .describe(
    'Weight of new samples against dreams, in the classifier and in the memory: classes of the task / classes seen where not given, or 1 / tasks so far. The same where tasks have as many classes.',
  );

/**
 * The share, in (0, 1], that new samples have in the loss: at its end a learner should know every class alike.
 *
 * - `classes`: c / C, of the C classes seen so far the c that the task has, those that come again included. A task that has
 *   every class seen, as all of a domain-incremental stream do, says nothing by its classes: there it is 1/t.
 * - `tasks`: 1/t at task t (van de Ven & Tolias 2018), where tasks are alike. After 50 classes, 2 new ones would have half
 *   of the weight.
 *
 * Where all tasks bring as many classes, both are the same double: a quotient is rounded once, and c/(c·t) is 1/t.
 *
 * @param seen classes seen so far, those of the experience included
 */
export function newShare(
  { index, classes }: Pick<Experience, 'index' | 'classes'>,
  seen: number,
  by: ShareRule = 'classes',
): number {
  return by === 'tasks' || classes.length >= seen ? 1 / index : classes.length / seen;
}
