import * as z from 'zod';
import type { Experience } from '../core/experience.js';
import type { ContinualStream, EvaluationSet } from '../core/stream.js';
import type { StreamContext } from './context.js';
import { lengthOf, rounds, shots, streamOptions } from './options.js';
import { permutedSamples } from './permuted-samples.js';
import { rowsOf, rowsOfParts } from './rows-by-class.js';

export const domainIncrementalOptions = z.strictObject({
  domains: z
    .int()
    .min(1)
    .max(1000)
    .default(10)
    .describe('Number of domains, each with its own permutation of the inputs'),
  identityFirst: z.boolean().default(true).describe('Whether the first domain has the inputs as they are'),
  ...streamOptions,
});

/**
 * Domain-incremental learning with permuted inputs (Goodfellow et al. 2013, arXiv 1312.6211; ten permutations of MNIST in
 * van de Ven, Tuytelaars & Tolias, Nature Machine Intelligence 4, 2022): each experience has all samples of all classes,
 * their values put into another order, one order for each domain. Only the first brings classes. A column of the accuracy
 * matrix holds the test samples of one domain. The order of domain i goes by the seed of the run and i alone.
 *
 * @throws ReverieError `bad-scenario` for a class without training or test samples
 */
export function domainIncrementalStream(
  { domains, identityFirst, samplesPerClass, repeat, taskLabels = false }: z.infer<typeof domainIncrementalOptions>,
  { dataset, random }: StreamContext,
): ContinualStream {
  const { classes } = dataset;
  const rows = rowsOfParts(dataset, classes, { test: samplesPerClass?.test });
  const test = dataset.test.select(rowsOf(rows.test, classes));
  const permutations = Array.from({ length: domains }, (_, i) =>
    i === 0 && identityFirst ? undefined : random.stream(`permutation/${i + 1}`).permutation(dataset.train.width),
  );
  const labelOf = (i: number): { readonly taskLabel?: number } => (taskLabels ? { taskLabel: i + 1 } : {});
  return {
    ...lengthOf(domains, repeat),
    gives: { boundaries: true, taskLabels },
    experiences: {
      // eslint-disable-next-line @typescript-eslint/require-await -- asynchronous for streams that wait for their data
      async *[Symbol.asyncIterator](): AsyncGenerator<Experience, void, undefined> {
        let index = 0;
        for (const i of rounds(domains, repeat)) {
          const train = dataset.train.select(rowsOf(rows.train, classes, shots(samplesPerClass?.train, i)));
          const samples = permutedSamples(train, permutations[i]);
          const newClasses = index === 0 ? classes : [];
          yield { index: ++index, train: samples, classes, newClasses, ...labelOf(i) };
        }
      },
    },
    evaluation: permutations.map((permutation, i): EvaluationSet => {
      const name = permutation === undefined ? 'inputs as they are' : `permutation ${i + 1}`;
      return { name, samples: permutedSamples(test, permutation), classes, seenFrom: i + 1, ...labelOf(i) };
    }),
  };
}
