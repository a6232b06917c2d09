import * as z from 'zod';

const count = z.int().min(1);

/** A class label: data sets hold them in 16 bits at most. */
export const maxClass = 65_535;

/** What every stream over a data set takes. */
export const streamOptions = {
  samplesPerClass: z
    .strictObject({ train: count.optional(), test: count.optional() })
    .optional()
    .describe('Takes the first so many samples of each class'),
  repeat: z
    .union([count, z.literal('forever')])
    .optional()
    .describe('How often the experiences come, one round after the other; once if not given'),
  taskLabels: z
    .boolean()
    .optional()
    .describe('Whether learners are given the task of samples, in training and when they predict; not if not given'),
};

export type Repeat = z.infer<typeof streamOptions.repeat>;

/** Number of experiences of a stream with so many in a round; undefined where it has no end. */
export function lengthOf(round: number, repeat: Repeat): { readonly length?: number } {
  return repeat === 'forever' ? {} : { length: round * (repeat ?? 1) };
}

/** Index within the round, from 0, of each experience. */
export function* rounds(round: number, repeat: Repeat): Generator<number, void, undefined> {
  const last = repeat === 'forever' ? Infinity : (repeat ?? 1);
  for (let done = 0; done < last; done++) for (let i = 0; i < round; i++) yield i;
}
