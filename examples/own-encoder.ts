// An encoder of one's own: with probability p it has the memory reconstruct the most typical sample of the class, the one
// in the batch that is nearest to their mean. p is a number, or a schedule, as for the encoders that reverie brings.
// Run it: reverie run split-mnist --plugin examples/own-encoder.ts --set memory.encoder=typical --set memory.p=0.2
import { definePart, injected, plugIn, probability, type Probability, type SampleOf } from 'reverie';
import { z } from 'zod';

function mostTypical(rows: readonly number[], sample: SampleOf): number {
  const mean = new Float64Array(sample(rows[0] ?? 0).length);
  for (const row of rows) sample(row).forEach((value, j) => (mean[j] = (mean[j] ?? 0) + value / rows.length));
  const distance = (row: number): number => sample(row).reduce((d, value, j) => d + (value - (mean[j] ?? 0)) ** 2, 0);
  const ranked = rows.map((row) => ({ row, d: distance(row) }));
  return ranked.reduce((best, next) => (next.d < best.d ? next : best)).row;
}

function typical(p: Probability) {
  return injected({
    name: 'typical',
    p,
    draws: (labels, sample) => {
      const rowsOf = new Map<number, number[]>();
      for (const label of labels) rowsOf.set(label, []);
      labels.forEach((label, row) => rowsOf.get(label)?.push(row));
      const target = new Map([...rowsOf].map(([label, rows]) => [label, mostTypical(rows, sample)]));
      return (row) => target.get(labels[row] ?? -1) ?? row;
    },
  });
}

export const reverie = plugIn({
  encoders: {
    typical: definePart({
      summary: 'With probability p reconstructs the most typical sample of the class.',
      options: z.strictObject({ p: probability }),
      create: ({ p }) => typical(p),
    }),
  },
});
