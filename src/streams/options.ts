import * as z from 'zod';

const count = z.int().min(1);

/** A class label: data sets hold them in 16 bits at most. */
export const maxClass = 65_535;

const shotsByTask = z.array(z.union([count, z.literal('all')])).min(1);

/** What every stream over a data set takes. */
export const streamOptions = {
  samplesPerClass: z
    .strictObject({ train: z.union([count, shotsByTask]).optional(), test: count.optional() })
    .optional()
    .describe(
      'Takes the first so many samples of each class; for training one number for each task too, the last of which holds for all later ones, e.g. [all, 5] for few-shot learning after a base',
    ),
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

/** Gives the label of a task, by its index from 0, where learners are told it. */
export function taskLabelOf(told: boolean): (index: number) => { readonly taskLabel?: number } {
  return (index) => (told ? { taskLabel: index + 1 } : {});
}

/** Training samples of each class that a task has, by its index within the round from 0; undefined where it has all. */
export function shots(train: number | readonly (number | 'all')[] | undefined, index: number): number | undefined {
  const own = typeof train === 'object' ? (train[index] ?? train.at(-1)) : train;
  return own === 'all' ? undefined : own;
}
