import { z } from 'zod';
import { activations, type Activation } from '../../engine/networks/activations.js';
import { initialisations } from '../../engine/networks/initial.js';
import { renamedOption } from '../renamed-option.js';
import { learningRate } from './learning-rate.js';
import { outputActivations, reconstructionLosses } from './reconstruction.js';

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

export const latent = z.int().min(1).default(32).describe('Values per code: the bottleneck.');

export const hiddenWidths = z.array(z.int().min(1)).max(10);

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
