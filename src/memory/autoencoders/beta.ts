import { z, type output } from 'zod';
import { linear } from '../../engine/optimisers/schedules.js';

const weight = z.number().min(0);
const over = z.int().min(1).describe('Optimiser steps.');

const annealed = z.discriminatedUnion('schedule', [
  z.strictObject({ schedule: z.literal('constant'), to: weight }),
  z
    .strictObject({ schedule: z.literal('linear'), from: weight.default(0), to: weight.default(1), over })
    .describe('In a straight line over so many steps, then it stays (Bowman et al. 2016, there along a sigmoid).'),
  z
    .strictObject({
      ...{ schedule: z.literal('cyclical'), from: weight.default(0), to: weight.default(1), every: over },
      rising: z.number().gt(0).max(1).default(0.5).describe('Share of a cycle in which it rises.'),
    })
    .describe('Again and again: in a straight line, then it stays until the cycle ends (Fu et al. 2019).'),
]);

/** The weight of the divergence, or how it is annealed. */
export const beta = z
  .union([weight, annealed])
  .describe(
    'β: weight of the divergence next to the loss of a row; a number, or a schedule that begins anew when a task ends.',
  );

export type BetaOption = output<typeof beta>;

/** β at an optimiser step, counted from 1. */
export function betaAt(option: BetaOption, step: number): number {
  if (typeof option === 'number') return option;
  switch (option.schedule) {
    case 'constant':
      return option.to;
    case 'linear':
      return linear({ from: option.from, to: option.to, steps: option.over })(step);
    case 'cyclical': {
      const inCycle = ((step - 1) % option.every) / option.every;
      return option.from + (option.to - option.from) * Math.min(1, inCycle / option.rising);
    }
  }
}
