import * as z from 'zod';
import { type Dataset } from '../core/dataset.js';
import { ReverieError } from '../core/errors.js';
import type { Experience } from '../core/experience.js';
import type { RandomStream } from '../core/random.js';
import type { ContinualStream, EvaluationSet } from '../core/stream.js';
import { classGroups, classOrderOption } from './class-groups.js';
import type { StreamContext } from './context.js';
import { rowsOf, rowsOfParts, type RowsByClass } from './rows-by-class.js';

const percent = z.number().min(0).max(100);

export const blurryOptions = z.strictObject({
  tasks: z.int().min(1).max(1000).default(5).describe('Number of tasks, whose borders learners are not told'),
  disjoint: percent.default(50).describe('N: of the classes, those that lie wholly in one task, in percent'),
  blurred: percent.default(10).describe('M: of the samples of the other classes, those dealt to all tasks, in percent'),
  experienceSize: z
    .int()
    .min(1)
    .default(1000)
    .describe('Samples of an experience: so many after the other, whatever the task'),
  classOrder: classOrderOption,
  samplesPerClass: z
    .strictObject({ train: z.int().min(1).optional(), test: z.int().min(1).optional() })
    .optional()
    .describe('Takes the first so many samples of each class'),
});

type Options = z.infer<typeof blurryOptions>;

/**
 * i-Blurry-N-M (Koh et al. 2022, "Online continual learning on class incremental blurry task configuration with anytime
 * inference"): N % of the classes lie wholly in one task; of each other class M % of the samples are pooled, shuffled and dealt to all
 * tasks evenly, and the rest lies in one task. Tasks share the classes of both kinds evenly, and their samples come in random
 * order, one task after the other. Nobody is told where a task ends: an experience is so many samples that follow one another.
 * Each class is a column of the accuracy matrix, from the experience on that has its first sample. With `training: { epochs: 1 }` each
 * sample comes once.
 *
 * @throws ReverieError `bad-scenario` where tasks cannot share the classes of both kinds evenly, or for a class without samples
 */
export function blurryStream(options: Options, { dataset, random }: StreamContext): ContinualStream {
  const { samplesPerClass, classOrder } = options;
  const all = classGroups({ tasks: 1, classOrder }, dataset, random).flat();
  const { train, test } = rowsOfParts(dataset, all, samplesPerClass);
  const sequence = taskRows(options, groupsOf(options, all, dataset), train, random.stream('blurry')).flat();
  const { experienceSize } = options;
  const pieces = Array.from({ length: Math.ceil(sequence.length / experienceSize) }, (_, i) =>
    sequence.slice(i * experienceSize, (i + 1) * experienceSize),
  );
  const classesOf = pieces.map((rows) =>
    [...new Set(rows.map((row) => dataset.train.label(row)))].sort((a, b) => a - b),
  );
  const firstWith = (label: number): number => classesOf.findIndex((classes) => classes.includes(label));
  return {
    length: pieces.length,
    gives: { boundaries: false, taskLabels: false },
    experiences: {
      // eslint-disable-next-line @typescript-eslint/require-await -- asynchronous for streams that wait for their data
      async *[Symbol.asyncIterator](): AsyncGenerator<Experience, void, undefined> {
        for (const [i, rows] of pieces.entries()) {
          const classes = classesOf[i] ?? [];
          const newClasses = classes.filter((label) => firstWith(label) === i);
          yield { index: i + 1, train: dataset.train.select(rows), classes, newClasses };
        }
      },
    },
    evaluation: all
      .map((label): EvaluationSet => {
        const samples = dataset.test.select(rowsOf(test, [label]));
        return { name: `class ${label}`, samples, classes: [label], seenFrom: firstWith(label) + 1 };
      })
      .sort((a, b) => a.seenFrom - b.seenFrom),
  };
}

/** Classes of a task. */
interface Group {
  readonly disjoint: readonly number[];
  readonly blurry: readonly number[];
}

function groupsOf({ tasks, disjoint }: Options, classes: readonly number[], { name }: Dataset): readonly Group[] {
  const whole = (classes.length * disjoint) / 100;
  const others = classes.length - whole;
  if (whole % tasks !== 0 || others % tasks !== 0) {
    throw new ReverieError(
      'bad-scenario',
      `with disjoint: ${disjoint} the ${classes.length} classes of data set "${name}" are ${whole} disjoint and ${others} blurry ` +
        `ones, which ${tasks} tasks cannot share evenly; expected multiples of ${tasks}; change disjoint, tasks or classOrder`,
    );
  }
  const share = (from: number, count: number, task: number): readonly number[] =>
    classes.slice(from + (task * count) / tasks, from + ((task + 1) * count) / tasks);
  return Array.from({ length: tasks }, (_, task) => ({
    disjoint: share(0, whole, task),
    blurry: share(whole, others, task),
  }));
}

/** The rows of each task, in the order in which they come. */
function taskRows(
  { blurred }: Options,
  groups: readonly Group[],
  train: RowsByClass,
  random: RandomStream,
): readonly (readonly number[])[] {
  const shuffled = (rows: readonly number[]): number[] =>
    Array.from(random.permutation(rows.length), (i) => rows[i] ?? 0);
  const pool: number[] = [];
  const own = groups.map(({ disjoint, blurry }) => {
    const rows = disjoint.flatMap((label) => train.get(label) ?? []);
    for (const label of blurry) {
      const mixed = shuffled(train.get(label) ?? []);
      const taken = Math.round((mixed.length * blurred) / 100);
      pool.push(...mixed.slice(0, taken));
      rows.push(...mixed.slice(taken));
    }
    return rows;
  });
  shuffled(pool).forEach((row, i) => own[i % own.length]?.push(row));
  return own.map(shuffled);
}
