import * as z from 'zod';
import type { Samples } from '../core/dataset.js';
import { ReverieError } from '../core/errors.js';
import type { Experience } from '../core/experience.js';
import type { RandomStreams } from '../core/random.js';
import type { ContinualStream, EvaluationSet } from '../core/stream.js';
import type { StreamContext } from './context.js';
import { lengthOf, rounds, shots, streamOptions, taskLabelOf } from './options.js';
import { permutedSamples } from './permuted-samples.js';
import { rotatedSamples } from './rotated-samples.js';
import { rowsOf, rowsOfParts } from './rows-by-class.js';

export const domainIncrementalOptions = z
  .strictObject({
    domains: z
      .int()
      .min(1)
      .max(1000)
      .default(10)
      .describe('Number of domains, each with its own permutation of the inputs, or its own angle'),
    transform: z
      .enum(['permuted', 'rotated'])
      .optional()
      .describe(
        'What a domain does to inputs: puts their values into another order, or turns images; permuted if not given',
      ),
    angles: z
      .union([z.enum(['even', 'random']), z.array(z.number().min(-360).max(360)).min(1)])
      .optional()
      .describe(
        'Of rotated domains, in degrees counter-clockwise: a list of one for each; even, from 0 to below 180; or random, drawn from [0, 180) by the seed; even if not given',
      ),
    identityFirst: z
      .boolean()
      .default(true)
      .describe('Whether the first domain has the inputs as they are; even angles do in any case, and a list says so'),
    ...streamOptions,
  })
  .refine(({ angles, transform }) => angles === undefined || transform === 'rotated', {
    path: ['angles'],
    message: 'are of transform: rotated; expected it to be given, or no angles',
  });

type Options = z.infer<typeof domainIncrementalOptions>;

/** What one domain makes of samples. */
interface Domain {
  /** For people: what is measured on its test samples. */
  readonly name: string;
  of(samples: Samples): Samples;
}

/**
 * Domain-incremental learning with permuted inputs (Goodfellow et al. 2013, arXiv 1312.6211; ten permutations of MNIST in
 * van de Ven, Tuytelaars & Tolias, Nature Machine Intelligence 4, 2022) or rotated ones (Lopez-Paz & Ranzato 2017, "Gradient
 * episodic memory for continual learning"): each experience has all samples of all classes, their values put into another order,
 * or turned by an angle. Only the first brings classes. A column of the accuracy matrix holds the test samples of one domain.
 * The order, or random angle, of domain i goes by the seed of the run and i alone.
 *
 * @throws ReverieError `bad-scenario` for a class without training or test samples, for rotations of what are no images, and
 *   for a list of angles that is not as long as there are domains
 */
export function domainIncrementalStream(options: Options, { dataset, random }: StreamContext): ContinualStream {
  const { samplesPerClass, repeat, taskLabels = false } = options;
  const { classes } = dataset;
  const rows = rowsOfParts(dataset, classes, { test: samplesPerClass?.test });
  const test = dataset.test.select(rowsOf(rows.test, classes));
  const domains =
    options.transform === 'rotated' ? rotations(options, random) : permutations(options, random, dataset.train.width);
  const labelOf = taskLabelOf(taskLabels);
  return {
    ...lengthOf(domains.length, repeat),
    gives: { boundaries: true, taskLabels },
    experiences: {
      // eslint-disable-next-line @typescript-eslint/require-await -- asynchronous for streams that wait for their data
      async *[Symbol.asyncIterator](): AsyncGenerator<Experience, void, undefined> {
        let index = 0;
        for (const i of rounds(domains.length, repeat)) {
          const train = dataset.train.select(rowsOf(rows.train, classes, shots(samplesPerClass?.train, i)));
          const samples = domains[i]?.of(train) ?? train;
          const newClasses = index === 0 ? classes : [];
          yield { index: ++index, train: samples, classes, newClasses, ...labelOf(i) };
        }
      },
    },
    evaluation: domains.map((domain, i): EvaluationSet => ({
      ...{ name: domain.name, samples: domain.of(test), classes, seenFrom: i + 1 },
      ...labelOf(i),
    })),
  };
}

const asTheyAre: Domain = { name: 'inputs as they are', of: (samples) => samples };

function permutations({ domains, identityFirst }: Options, random: RandomStreams, width: number): readonly Domain[] {
  return Array.from({ length: domains }, (_, i): Domain => {
    if (i === 0 && identityFirst) return asTheyAre;
    const permutation = random.stream(`permutation/${i + 1}`).permutation(width);
    return { name: `permutation ${i + 1}`, of: (samples) => permutedSamples(samples, permutation) };
  });
}

function rotations(options: Options, random: RandomStreams): readonly Domain[] {
  const { domains, identityFirst, angles = 'even' } = options;
  if (Array.isArray(angles) && angles.length !== domains) {
    throw new ReverieError(
      'bad-scenario',
      `${angles.length} angles are given for ${domains} domains; expected one for each; give domains: ${angles.length}`,
    );
  }
  const angleOf = (i: number): number => {
    if (Array.isArray(angles)) return angles[i] ?? 0;
    if (angles === 'even') return (180 * i) / domains;
    return i === 0 && identityFirst ? 0 : 180 * random.stream(`rotation/${i + 1}`).uniform();
  };
  return Array.from({ length: domains }, (_, i): Domain => {
    const angle = angleOf(i);
    const name = angle === 0 ? asTheyAre.name : `rotation ${Number(angle.toFixed(1))}°`;
    return { name, of: (samples) => rotatedSamples(samples, angle) };
  });
}
