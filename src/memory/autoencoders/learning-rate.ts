import { z, type output } from 'zod';
import { cosine, exponential, stepwise, type LearningRate } from '../../engine/optimisers/schedules.js';

const rate = z.number().positive();
const from = rate.default(0.001);
const steps = z.int().min(1);

const scheduled = z.discriminatedUnion('schedule', [
  z.strictObject({ schedule: z.literal('constant'), from }),
  z
    .strictObject({ schedule: z.literal('cosine'), from, to: z.number().min(0).default(0), over: steps })
    .describe('Half a cosine from one rate to the other over so many steps.'),
  z
    .strictObject({ schedule: z.literal('exponential'), from, to: rate.default(0.00001), over: steps })
    .describe('From one rate to the other over so many steps, by the same factor at each.'),
  z
    .strictObject({ schedule: z.literal('steps'), from, factor: rate.max(1).default(0.5), every: steps })
    .describe('Multiplied by a factor after every so many steps.'),
]);

/** A rate that stays, or how it changes over optimiser steps. */
export const learningRate = z
  .union([rate, scheduled])
  .default(0.001)
  .describe('Of Adam: a number, or a schedule over optimiser steps, which begins anew when a task ends.');

export type LearningRateOption = output<typeof learningRate>;

/** The rate, or its schedule, as an optimiser takes it. */
export function learningRateOf(option: LearningRateOption): LearningRate {
  if (typeof option === 'number') return option;
  switch (option.schedule) {
    case 'constant':
      return option.from;
    case 'cosine':
      return cosine({ from: option.from, to: option.to, steps: option.over });
    case 'exponential':
      return exponential({ from: option.from, to: option.to, steps: option.over });
    case 'steps':
      return stepwise(option);
  }
}
