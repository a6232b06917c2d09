import type { Samples } from '../../src/core/dataset.js';
import type { Task } from '../../src/core/experience.js';
import { randomStream } from '../../src/core/random.js';

/** Samples in memory: `rows` of features, and a label for each. */
export function samplesOf(rows: readonly (readonly number[])[], labels: readonly number[]): Samples {
  const width = rows[0]?.length ?? 1;
  return {
    size: rows.length,
    shape: [width],
    width,
    label: (row) => labels[row] ?? -1,
    copyRows: (wanted, out, at = 0) => {
      Array.from(wanted).forEach((row, i) => {
        out.set(rows[row] ?? [], (at + i) * width);
      });
    },
    select: (wanted) =>
      samplesOf(
        Array.from(wanted, (row) => rows[row] ?? []),
        Array.from(wanted, (row) => labels[row] ?? -1),
      ),
  };
}

/** `perClass` points around (5·class, −class) for each class; the same seed gives the same points. */
function pointsOf(classes: readonly number[], perClass: number, seed: number): Samples {
  const random = randomStream(seed);
  const labels = classes.flatMap((label) => new Array<number>(perClass).fill(label));
  const rows = labels.map((label) => [5 * label + random.normal(), random.normal() - label]);
  return samplesOf(rows, labels);
}

/** A stream of tasks with two classes each: 0 and 1, 2 and 3, … */
export function twoClassTasks(count: number): readonly Task[] {
  return Array.from({ length: count }, (_, i) => {
    const classes = [2 * i, 2 * i + 1];
    return {
      experience: { task: i + 1, classes, train: pointsOf(classes, 10, i) },
      test: pointsOf(classes, 8, 100 + i),
    };
  });
}
