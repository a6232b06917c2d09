import { z } from 'zod';
import type { NoiseScaleSearch } from './noise-scale.js';
import { collected } from './restarting-walks.js';

const inferOptions = z
  .strictObject({
    min: z.number().positive().default(0.001).describe('Smallest λ that is looked at.'),
    max: z.number().positive().default(10).describe('Largest λ that is looked at.'),
    dreams: z
      .int()
      .min(50)
      .max(10_000)
      .default(500)
      .describe('Dreams, and as many codes of what is known, that are compared at each λ.'),
  })
  .refine(({ min, max }) => min < max, { path: ['max'], message: 'expected more than min' });

/** λ: a number, or how to find one. */
export const lambdaOption = (value: number) =>
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
export const collect = z
  .enum(collected)
  .optional()
  .describe(
    'What is a dream: reconstruction, AE(x) of a jump, or noisy, with the noise of the jump added (reconstruction)',
  );

/** Acceptance by quotas of classes. */
export const quota = z
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
export const wanderings = (lambda: number) => ({
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

/** {@link wanderings} as they are parsed. */
export interface Wanderings {
  readonly jumps: number;
  readonly collectFrom?: number | undefined;
  readonly collect?: (typeof collected)[number] | undefined;
  readonly stagnation?: number | undefined;
  readonly chains?: number | undefined;
  readonly candidates: number;
  readonly quota?: { readonly confidence: number; readonly attempts: number } | undefined;
  readonly lambda: number | string | { readonly infer: NoiseScaleSearch };
}

/** Without a jump past the burn-in no walk would ever give a dream. */
export const reachable = [
  ({ jumps, collectFrom = 2 }: Pick<Wanderings, 'jumps' | 'collectFrom'>): boolean => collectFrom <= Math.max(2, jumps),
  { path: ['collectFrom'], message: 'expected at most jumps, or no walk gives a dream' },
] as [(options: Pick<Wanderings, 'jumps' | 'collectFrom'>) => boolean, { path: string[]; message: string }];

/** λ, or where to look for it. */
export function noiseScaleOf(lambda: Wanderings['lambda']): number | NoiseScaleSearch {
  if (typeof lambda === 'number') return lambda;
  return typeof lambda === 'string' ? inferOptions.parse({}) : lambda.infer;
}
