import { z, type output } from 'zod';
import { activations, type Activation } from '../../engine/networks/activations.js';
import { initialisations } from '../../engine/networks/initial.js';
import { maxWidth } from '../../engine/networks/size-limit.js';
import { outputActivations, reconstructionLosses } from './reconstruction.js';
import { cosine, exponential, stepwise, linear, type LearningRate } from '../../engine/optimisers/schedules.js';

/** An option under a name that it had once: refused, in a sentence that says what it is called now. */
export function renamedOption(to: string) {
  return z
    .unknown()
    .refine((given) => given === undefined, `this option is called ${to} now`)
    .optional()
    .meta({ deprecated: true, description: `Called ${to} now.` });
}

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

/** What the members of the family have in common that is not of their layers. */
export const trainingOptions = {
  loss: z
    .enum(reconstructionLosses)
    .default('bce')
    .describe("Of the reconstruction, summed over a sample's values: cross-entropy, squared error or Huber's."),
  output: z
    .enum(outputActivations)
    .optional()
    .describe(
      'Activation of the last layer; the one that goes with the loss if not given: bce sigmoid, others linear.',
    ),
  huberDelta: z
    .number()
    .positive()
    .default(0.1)
    .describe('Error from which huber grows in a straight line; with 1 it is half of mse for values in [0, 1].'),
  kernelPenalty: z
    .strictObject({
      l1: z.number().min(0).default(0).describe('λ₁ of λ₁·Σ|w|.'),
      l2: z.number().min(0).default(0).describe('λ₂ of λ₂·Σw².'),
    })
    .prefault({})
    .describe('Penalties on kernels, added to the loss of a row.'),
  weightDecay: renamedOption('"kernelPenalty"'),
  initialisation: z
    .enum(initialisations)
    .default('auto')
    .describe('Of kernels: he, xavier, or he before rectifiers and xavier elsewhere.'),
  learningRate,
};

export const latent = z.int().min(1).max(maxWidth).default(32).describe('Values per code: the bottleneck.');

export const hiddenWidths = z.array(z.int().min(1).max(maxWidth)).max(10);

export const hidden = hiddenWidths
  .default([400])
  .describe("Widths of the encoder's hidden layers; the decoder has them in reverse.");

const activationNames = Object.keys(activations) as [Activation, ...Activation[]];

export const activation = z.enum(activationNames).default('relu').describe('Of the hidden layers.');

export const codeActivation = z.enum(['linear', 'relu', 'tanh', 'sigmoid']).default('linear').describe('Of the code.');

/** What there is in hidden layers next to products and activations. */
export const layerOptions = {
  batchNorm: z.boolean().default(false).describe('Whether hidden layers are normalised over the batch.'),
  dropout: z.number().min(0).max(0.9).default(0).describe('Rate at which hidden units are dropped in training.'),
};

/** What members of fully connected layers have in common. */
export const denseOptions = { latent, hidden, activation, codeActivation, ...layerOptions, ...trainingOptions };

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
export const betaOption = z
  .union([weight, annealed])
  .describe(
    'β: weight of the divergence next to the loss of a row; a number, or a schedule that begins anew when a task ends.',
  );

export type BetaOption = output<typeof betaOption>;

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
