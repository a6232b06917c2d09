import { z } from 'zod';
import { ReverieError } from '../core/errors.js';
import { isRecord, type Json } from '../core/snapshot.js';
import { defaultStream, streamOptionsIn, type PartChoice, type Scenario } from './scenario.js';

/** Of a saved configuration, what a learner is made from; the data it learnt from are no part of it. */
export interface LearnerConfiguration extends Pick<Scenario, 'plan' | 'memory'> {
  readonly name: string;
  readonly learner: PartChoice;
}

/** Of a saved configuration, which data were learnt. */
export type DataConfiguration = Pick<Scenario, 'name' | 'dataset' | 'stream' | 'validation'>;

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

const dataSchema = z.object({
  dataset: part,
  name: z.string(),
  stream: part.exactOptional(),
  validation: z.object({ share: z.number() }).exactOptional(),
});

/**
 * What {@link import('./run-configuration.js').runConfiguration} wrote, read back; the options are as they were saved, for
 * the parts to check.
 *
 * @param where it was read, for the message
 * @throws ReverieError `bad-checkpoint` where it is none
 */
export function learnerConfiguration(saved: Json, where: string): LearnerConfiguration {
  const { learners, ...rest } = parsed(schema, saved, `${where} holds no scenario that a learner could be made from`);
  return { ...rest, learner: learners[0] };
}

/**
 * Of a saved configuration, what its data were, read back as {@link learnerConfiguration} does.
 *
 * @throws ReverieError `bad-checkpoint` where it says nothing of data
 */
export function dataConfiguration(saved: Json, where: string): DataConfiguration {
  const { stream, ...rest } = parsed(dataSchema, saved, `${where} does not say which data were learnt`);
  return { ...rest, stream: stream ?? { name: defaultStream, options: isRecord(saved) ? streamOptionsIn(saved) : {} } };
}

function parsed<T>(wanted: z.ZodType<T>, saved: Json, problem: string): T {
  const { data, error } = wanted.safeParse(saved);
  if (data !== undefined) return data;
  const issue = error?.issues[0];
  const what = issue === undefined ? '' : ` at ${issue.path.join('.') || 'the top'}: ${issue.message}`;
  throw new ReverieError('bad-checkpoint', `${problem}${what}`);
}
