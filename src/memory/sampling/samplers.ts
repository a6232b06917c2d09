import { z } from 'zod';
import { definePart, type NamedPart } from '../../core/part.js';
import type { Sampler } from '../../core/sampler.js';
import { acceptAll, classQuota, classBalanced, type Accept } from './acceptance.js';
import { covariances, type Covariance } from './gaussian.js';
import { BufferStart } from './starts/buffer-start.js';
import { LatentStart } from './starts/latent-start.js';
import { normalStart, uniformStart } from './starts/noise-starts.js';
import { priorStart } from './starts/prior-start.js';
import type { WalkStart } from './starts/walk-start.js';
import { collect, lambdaOption, noiseScaleOf, quota, reachable, wanderings, type Wanderings } from './walk-options.js';
import { WalkSampler } from './walk-sampler.js';

/** The samplers that a scenario can name under `memory.sampler`. */
export const samplers = {
  latent: definePart({
    summary: "Walks from codes drawn class by class from Gaussians on the encoder's codes, refitted after each task.",
    options: z
      .strictObject({
        components: z.int().min(1).max(100).default(10).describe('Gaussians per class.'),
        covariance: z
          .enum(covariances)
          .default('full')
          .describe('Of each Gaussian; diagonal ones are smaller and coarser, low-rank ones between the two.'),
        rank: z.int().min(1).optional().describe('Directions of correlation that a low-rank covariance keeps (4)'),
        reinjections: z.int().min(0).max(100).default(1).describe('Jumps after decoding.'),
        lambda: lambdaOption(0),
        collect,
        quota,
      })
      .refine(({ covariance, rank }) => rank === undefined || covariance === 'low-rank', {
        path: ['rank'],
        message: 'expected only with covariance: low-rank',
      })
      .refine(
        ({ lambda, reinjections, collect }) =>
          typeof lambda === 'number' || reinjections >= (collect === 'noisy' ? 1 : 2),
        { path: ['lambda'], message: 'expected a number: with so few reinjections no dream depends on λ' },
      ),
    create: ({
      components,
      covariance,
      rank = 4,
      reinjections,
      lambda,
      collect = 'reconstruction',
      quota,
    }): Sampler => {
      const shape: Covariance = covariance === 'low-rank' ? { kind: covariance, rank } : { kind: covariance };
      return new WalkSampler({
        start: new LatentStart({ components, covariance: shape }),
        rules: { jumps: reinjections, collectFrom: reinjections, collect, stagnation: 0 },
        lambda: noiseScaleOf(lambda),
        chains: 0,
        accept: quota === undefined ? acceptAll : classQuota({ ...quota, candidates: 1 }),
      });
    },
  }),
  prior: definePart({
    summary: 'Walks from codes that the memory makes of noise, where it knows how to; keeps no statistics.',
    options: z.strictObject({
      reinjections: z.int().min(0).max(100).default(0).describe('Jumps after decoding.'),
      lambda: z.number().min(0).default(0).describe('λ: variance of the noise that is added after each jump.'),
      candidates: z
        .int()
        .min(1)
        .max(100)
        .default(4)
        .describe('Drawn for each dream, to be accepted in balance over classes; 1 takes dreams as they come.'),
      quota,
    }),
    create: ({ reinjections, lambda, candidates, quota }): Sampler =>
      new WalkSampler({
        start: priorStart(),
        rules: { jumps: reinjections, collectFrom: reinjections, collect: 'reconstruction', stagnation: 0 },
        lambda,
        chains: 0,
        accept: quota === undefined ? balancedBy(candidates) : classQuota({ ...quota, candidates }),
      }),
  }),
  noise: definePart({
    summary: 'Walks from Gaussian noise, accepted in balance over classes; keeps no statistics at all.',
    options: z
      .strictObject({
        ...wanderings(2.25),
        start: z
          .enum(['normal', 'uniform'])
          .optional()
          .describe('Noise to start from: N(0, I), or uniform in [0, 1] (normal)'),
      })
      .refine(...reachable),
    create: ({ start, ...options }): Sampler => wanderer(start === 'uniform' ? uniformStart() : normalStart(), options),
  }),
  buffer: definePart({
    summary: 'Walks from a few real samples that it keeps of each class (combined replay), accepted in balance.',
    options: z
      .strictObject({
        ...wanderings(0.1),
        perClass: z
          .int()
          .min(1)
          .max(10_000)
          .default(10)
          .describe('Real samples kept of each class; they count as such.'),
      })
      .refine(...reachable),
    create: ({ perClass, ...options }): Sampler => wanderer(new BufferStart(perClass), options),
  }),
} as const satisfies Record<string, NamedPart<unknown, Sampler>>;

function wanderer(start: WalkStart, options: Wanderings): Sampler {
  const { jumps, collectFrom = 2, collect = 'reconstruction', stagnation = 0, chains = 0, candidates, quota } = options;
  return new WalkSampler({
    start,
    rules: { jumps, collectFrom, collect, stagnation },
    lambda: noiseScaleOf(options.lambda),
    chains,
    accept: quota === undefined ? balancedBy(candidates) : classQuota({ ...quota, candidates }),
  });
}

function balancedBy(candidates: number): Accept {
  return candidates === 1 ? acceptAll : classBalanced(candidates);
}
