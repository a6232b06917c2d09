import { z } from 'zod';
import { definePart, type NamedPart } from '../../core/part.js';
import type { Sampler } from '../../core/sampler.js';
import { type Accept, acceptAll, classBalanced, classQuota } from './acceptance.js';
import { type Covariance, covariances } from './gaussian.js';
import type { NoiseScaleSearch } from './noise-scale.js';
import { BufferStart, LatentStart, normalStart, priorStart, uniformStart, type WalkStart } from './starts.js';
import { WalkSampler } from './walk-sampler.js';
import { collected } from './walk.js';

const inferOptions = z
  .strictObject({
    min: z.number().positive().default(0.001).describe('Smallest λ that is looked at.'),
    max: z.number().positive().default(10).describe('Largest λ that is looked at.'),
    dreams: z
      .int()
      .min(50)
      .max(2000)
      .default(500)
      .describe('Dreams, and as many codes of what is known, that are compared at each λ.'),
  })
  .refine(({ min, max }) => min < max, { path: ['max'], message: 'expected more than min' });

/** λ: a number, or how to find one. */
const lambdaOption = (value: number) =>
  z
    .union([
      z.number().min(0),
      z.string().regex(/^auto$/, 'expected a number, "auto" or { infer: … }'),
      z.strictObject({ infer: inferOptions }),
    ])
    .default(value)
    .describe(
      'λ: variance of the noise that is added after each jump; auto, or infer with its options, finds the one whose ' +
        'dreams are nearest to what is known when a task ends.',
    );

/** What of a jump is a dream. */
const collect = z
  .enum(collected)
  .optional()
  .describe(
    'What is a dream: reconstruction, AE(x) of a jump, or noisy, with the noise of the jump added (reconstruction)',
  );

/** Acceptance by quotas of classes. */
const quota = z
  .strictObject({
    confidence: z
      .number()
      .min(0)
      .lt(1)
      .default(0)
      .describe("Dreams of which the teacher's largest probability is less are not accepted."),
    attempts: z
      .int()
      .min(1)
      .max(1000)
      .default(10)
      .describe('Attempts to find what is missing before dreams of other classes make up for it.'),
  })
  .optional()
  .describe('Accepts the same number of dreams of each class, rather than to draw dreams of rare classes many times.');

/** Options of walks that visit classes as they like; λ as given, unless a scenario says so. */
const wanderingOptions = (lambda: number) => ({
  jumps: z.int().min(2).max(100_000).default(8).describe('R: jumps of a walk before it starts anew.'),
  lambda: lambdaOption(lambda),
  collectFrom: z
    .int()
    .min(1)
    .optional()
    .describe('The first jump that gives a dream; what is before it is burn-in (2)'),
  collect,
  stagnation: z
    .number()
    .min(0)
    .max(1)
    .optional()
    .describe('Walks that move by less than this share of their length in a jump start anew (0: none does)'),
  chains: z
    .int()
    .min(1)
    .max(100_000)
    .optional()
    .describe('Keeps so many walks alive from step to step instead of beginning new ones; they count as bytes'),
  candidates: z.int().min(1).max(100).default(4).describe('Drawn for each dream; 1 takes dreams as they come.'),
  quota,
});

type WanderingOptions = z.output<z.ZodObject<ReturnType<typeof wanderingOptions>>>;

/** Without a jump past the burn-in no walk would ever give a dream. */
function reachable({ jumps, collectFrom = 2 }: Pick<WanderingOptions, 'jumps' | 'collectFrom'>): boolean {
  return collectFrom <= Math.max(2, jumps);
}
const unreachable = { path: ['collectFrom'], message: 'expected at most jumps, or no walk gives a dream' };

/** λ, or where to look for it. */
function noiseScaleOf(lambda: WanderingOptions['lambda']): number | NoiseScaleSearch {
  if (typeof lambda === 'number') return lambda;
  return typeof lambda === 'string' ? inferOptions.parse({}) : lambda.infer;
}

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
        accept: acceptBy(1, quota),
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
        accept: acceptBy(candidates, quota),
      }),
  }),
  noise: definePart({
    summary: 'Walks from Gaussian noise, accepted in balance over classes; keeps no statistics at all.',
    options: z
      .strictObject({
        ...wanderingOptions(2.25),
        start: z
          .enum(['normal', 'uniform'])
          .optional()
          .describe('Noise to start from: N(0, I), or uniform in [0, 1] (normal)'),
      })
      .refine(reachable, unreachable),
    create: ({ start, ...options }): Sampler =>
      wanderingSampler(start === 'uniform' ? uniformStart() : normalStart(), options),
  }),
  buffer: definePart({
    summary: 'Walks from a few real samples that it keeps of each class (combined replay), accepted in balance.',
    options: z
      .strictObject({
        ...wanderingOptions(0.1),
        perClass: z
          .int()
          .min(1)
          .max(10_000)
          .default(10)
          .describe('Real samples kept of each class; they count as such.'),
      })
      .refine(reachable, unreachable),
    create: ({ perClass, ...options }): Sampler => wanderingSampler(new BufferStart(perClass), options),
  }),
} as const satisfies Record<string, NamedPart<unknown, Sampler>>;

function wanderingSampler(start: WalkStart, options: WanderingOptions): Sampler {
  const { jumps, collectFrom = 2, collect = 'reconstruction', stagnation = 0, chains = 0, candidates, quota } = options;
  return new WalkSampler({
    start,
    rules: { jumps, collectFrom, collect, stagnation },
    lambda: noiseScaleOf(options.lambda),
    chains,
    accept: acceptBy(candidates, quota),
  });
}

function acceptBy(candidates: number, quota: WanderingOptions['quota']): Accept {
  if (quota !== undefined) return classQuota({ ...quota, candidates });
  return candidates === 1 ? acceptAll : classBalanced(candidates);
}
