import { z } from 'zod';
import { ReverieError } from '../core/errors.js';
import {
  bufferRules,
  exemplarBuffer,
  type BufferRule,
  type Capacity,
  type ExemplarBuffer,
  type FeaturesOf,
} from './exemplar-buffer.js';

/** How many samples a learner keeps unless it is told. */
const defaultSize = 1000;

/** The options of learners that keep samples. */
export const bufferOptions = {
  bufferSize: z
    .int()
    .min(1)
    .optional()
    .describe(`Most samples kept, of all classes together; ${defaultSize} unless this or samplesPerClass is given.`),
  samplesPerClass: z.int().min(1).optional().describe('Most samples kept of each class; not together with bufferSize.'),
  buffer: z.enum(bufferRules).default('class-balanced').describe('Which samples are kept.'),
};

interface BufferChoice {
  readonly bufferSize?: number | undefined;
  readonly samplesPerClass?: number | undefined;
  readonly buffer: BufferRule;
}

/**
 * The buffer that options ask for.
 *
 * @param features as for {@link exemplarBuffer}
 * @throws ReverieError `bad-usage` as {@link exemplarBuffer}, and where both sizes are given
 */
export function bufferOf(choice: BufferChoice, width: number, features?: FeaturesOf): ExemplarBuffer {
  const { bufferSize, samplesPerClass, buffer } = choice;
  return exemplarBuffer(buffer, capacityOf(bufferSize, { samplesPerClass }), width, features);
}

/**
 * The size that options ask for.
 *
 * @param each size of each group, by the name of its option
 * @throws ReverieError `bad-usage` where both are given
 */
export function capacityOf(
  bufferSize: number | undefined,
  each: Readonly<Record<string, number | undefined>>,
): Capacity {
  const [[name, perClass] = []] = Object.entries(each);
  if (perClass === undefined) return { samples: bufferSize ?? defaultSize };
  if (bufferSize === undefined) return { perClass };
  throw new ReverieError(
    'bad-usage',
    `bufferSize: ${bufferSize} and ${name ?? ''}: ${perClass} are both given; expected one of the two`,
  );
}
