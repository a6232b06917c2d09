import { z } from 'zod';
import { definePart, type NamedPart } from '../../core/part.js';
import type { Sampler } from '../../core/sampler.js';
import { covariances } from './gaussian.js';
import { LatentSampler } from './latent-sampler.js';
import { noiseSampler } from './noise-sampler.js';

const lambda = (value: number): z.ZodDefault<z.ZodNumber> =>
  z.number().min(0).default(value).describe('λ: variance of the noise that is added after each jump.');

/** The samplers that a scenario can name under `memory.sampler`. */
export const samplers = {
  latent: definePart({
    summary: "Walks from codes drawn class by class from Gaussians on the encoder's codes, refitted after each task.",
    options: z.strictObject({
      components: z.int().min(1).max(100).default(10).describe('Gaussians per class.'),
      covariance: z
        .enum(covariances)
        .default('full')
        .describe('Of each Gaussian; diagonal ones are smaller and coarser.'),
      reinjections: z.int().min(0).max(100).default(1).describe('Jumps after decoding.'),
      lambda: lambda(0),
    }),
    create: (options): Sampler => new LatentSampler(options),
  }),
  noise: definePart({
    summary: 'Walks from Gaussian noise, accepted in balance over classes; keeps no statistics at all.',
    options: z.strictObject({
      jumps: z.int().min(2).max(1000).default(8).describe('Jumps before a walk starts anew; the first is thrown away.'),
      lambda: lambda(2.25),
      candidates: z.int().min(1).max(100).default(4).describe('Drawn for each dream; 1 takes dreams as they come.'),
    }),
    create: (options): Sampler => noiseSampler(options),
  }),
} as const satisfies Record<string, NamedPart<unknown, Sampler>>;
