import * as z from 'zod';
import { rowRange } from '../core/dataset.js';
import { ReverieError } from '../core/errors.js';
import type { Experience } from '../core/experience.js';
import { shortList } from '../core/short-list.js';
import type { ContinualStream } from '../core/stream.js';
import type { StreamContext } from './context.js';
import { lengthOf, rounds, streamOptions } from './options.js';
import { rowsOf, rowsOfParts } from './rows-by-class.js';

export const dataIncrementalOptions = z.strictObject({
  pieces: z.int().min(1).max(10_000).default(10).describe('Number of experiences that all samples are dealt to'),
  samplesPerClass: z
    .strictObject({ train: z.int().min(1).optional(), test: z.int().min(1).optional() })
    .optional()
    .describe('Takes the first so many samples of each class'),
  repeat: streamOptions.repeat,
});

/**
 * One task that comes in pieces (Avalanche's `new_instances`, balanced): samples of each class are shuffled and dealt to all pieces, so
 * that numbers differ by one at most, and each sample comes once a round. The first piece brings all classes; where the next begins
 * nothing changes but the samples. All test samples are one column of the accuracy matrix.
 *
 * @throws ReverieError `bad-scenario` for a class with fewer training samples than there are pieces, or without test samples
 */
export function dataIncrementalStream(
  { pieces, samplesPerClass, repeat }: z.infer<typeof dataIncrementalOptions>,
  { dataset, random }: StreamContext,
): ContinualStream {
  const { classes } = dataset;
  const { train, test } = rowsOfParts(dataset, classes, samplesPerClass);
  const rowsOfPiece = Array.from({ length: pieces }, (): number[] => []);
  const shuffle = random.stream('pieces');
  // Where the last class ended: pieces as a whole differ by one sample at most, too.
  let next = 0;
  for (const label of classes) {
    const rows = train.get(label) ?? [];
    if (rows.length < pieces) {
      throw new ReverieError(
        'bad-scenario',
        `class ${label} of data set "${dataset.name}" has ${rows.length} training samples for ${pieces} pieces; expected one at ` +
          `least for each; give pieces: ${rows.length} or fewer`,
      );
    }
    for (const i of shuffle.permutation(rows.length)) rowsOfPiece[next++ % pieces]?.push(rows[i] ?? 0);
  }
  const samplesOf = rowsOfPiece.map((rows) => dataset.train.select(Uint32Array.from(rows).sort()));
  const measured = dataset.test.select(rowsOf(test, classes));
  return {
    ...lengthOf(pieces, repeat),
    gives: { boundaries: false, taskLabels: false },
    experiences: {
      // eslint-disable-next-line @typescript-eslint/require-await -- asynchronous for streams that wait for their data
      async *[Symbol.asyncIterator](): AsyncGenerator<Experience, void, undefined> {
        let index = 0;
        for (const i of rounds(pieces, repeat)) {
          const samples = samplesOf[i] ?? dataset.train.select(rowRange(0, 0));
          const newClasses = index === 0 ? classes : [];
          yield { index: ++index, train: samples, classes, newClasses };
        }
      },
    },
    evaluation: [{ name: `classes ${shortList(classes)}`, samples: measured, classes, seenFrom: 1 }],
  };
}
