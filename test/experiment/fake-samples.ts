import type { Samples } from '../../src/core/dataset.js';
import type { Experience } from '../../src/core/experience.js';
import { randomStream } from '../../src/core/random.js';
import type { ContinualStream } from '../../src/core/stream.js';

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

/** Experiences with two classes each, 0 and 1, 2 and 3, …, and test samples of each. */
export function twoClassTasks(count: number): readonly EvaluatedExperience[] {
  return Array.from({ length: count }, (_, i) => {
    const classes = [2 * i, 2 * i + 1];
    return {
      experience: { index: i + 1, classes, newClasses: classes, train: pointsOf(classes, 10, i) },
      test: pointsOf(classes, 8, 100 + i),
    };
  });
}

/** An experience, and the samples that what it teaches is measured on. */
export interface EvaluatedExperience {
  readonly experience: Experience;
  readonly test: Samples;
}

/** A stream of these experiences, announced as `length`. */
export function streamOf(those: readonly EvaluatedExperience[], length = those.length): ContinualStream {
  return {
    length,
    gives: { boundaries: true, taskLabels: false },
    evaluation: those.map(({ experience: { index, classes }, test }) => ({
      name: `task ${index}`,
      samples: test,
      classes,
      seenFrom: index,
    })),
    experiences: {
      async *[Symbol.asyncIterator]() {
        await Promise.resolve();
        for (const { experience } of those) yield experience;
      },
    },
  };
}
