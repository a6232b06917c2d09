import { z } from 'zod';
import { ReverieError } from '../core/errors.js';
import type { Json } from '../core/snapshot.js';
import type { PartChoice, Scenario } from './scenario.js';

/** Of a saved configuration, what a learner is made from; the data it learnt from are no part of it. */
export interface LearnerConfiguration extends Pick<Scenario, 'plan' | 'memory'> {
  readonly name: string;
  readonly learner: PartChoice;
}

const part = z.object({ name: z.string(), options: z.custom<Json>((value) => value !== undefined) });
const amount = z.int().positive();

const schema = z.object({
  name: z.string(),
  learners: z.tuple([part]),
  memory: part.extend({ encoder: part, sampler: part }),
  plan: z.object({
    budget: z.union([z.object({ iterations: amount }), z.object({ epochs: amount })]),
    batchSize: amount,
  }),
});

/**
 * What {@link import('./run-configuration.js').runConfiguration} wrote, read back; the options are as they were saved, for
 * the parts to check.
 *
 * @param where it was read, for the message
 * @throws ReverieError `bad-checkpoint` where it is none
 */
export function learnerConfiguration(saved: Json, where: string): LearnerConfiguration {
  const parsed = schema.safeParse(saved);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    const what = issue === undefined ? '' : ` at ${issue.path.join('.') || 'the top'}: ${issue.message}`;
    throw new ReverieError('bad-checkpoint', `${where} holds no scenario that a learner could be made from${what}`);
  }
  const { learners, ...rest } = parsed.data;
  return { ...rest, learner: learners[0] };
}
