import type { CompareBy, RunResult } from '../core/result.js';
import { mean, meanInterval } from '../metrics/statistics/sample.js';
import { cut, table, formatBytes, formatSeconds, type Page } from './page.js';
import type { Warning } from '../core/events.js';
import { isRecord } from '../core/snapshot.js';

/**
 * Learners side by side, one a line: accuracy and forgetting as shares in [0, 1], what remembering cost in memory, how much of it
 * is statistics and no network's parameters, how many real samples are stored, and how long a run took. Over several seeds
 * these are means, accuracy and forgetting with their standard deviation. The most telling columns come first; a narrow page
 * cuts the rest. Where test sets differ in size there are two accuracies ({@link comparedAccuracies}), and a line below says
 * which they are.
 *
 * @param by the accuracy that comes first
 */
export function comparison(results: readonly RunResult[], page: Page, by: CompareBy = 'samples'): string {
  const learners = [...new Set(results.map(({ learner }) => learner))];
  const severalSeeds = learners.length < results.length;
  const accuracies = comparedAccuracies(results, by);
  const rows = learners.map((learner) => {
    const own = results.filter((result) => result.learner === learner);
    const average = (of: (result: RunResult) => number): number => mean(own.map(of)) ?? 0;
    return [
      learner,
      ...(severalSeeds ? [String(own.length)] : []),
      ...accuracies.map(({ of }) => share(own.map(of))),
      share(own.map(({ metrics }) => metrics['forgetting']?.value)),
      formatBytes(average(({ footprint }) => footprint.memoryBytes)),
      formatBytes(average(({ footprint }) => footprint.statisticsBytes ?? 0)),
      Math.round(average(({ footprint }) => footprint.storedSamples)).toLocaleString('en'),
      formatSeconds(average(({ timings }) => timings.seconds)),
    ];
  });
  const headings = [
    ...['learner', ...(severalSeeds ? ['seeds'] : []), ...accuracies.map(({ heading }) => heading)],
    ...['forgetting', 'memory', 'statistics', 'stored samples', 'time'],
  ];
  const lines = table(headings, rows, page);
  return accuracies.length === 1 ? lines : `${lines}\n${cut(legend, page)}`;
}

const legend = 'over samples: each test sample counts the same; over tasks (ACC): each task';

/** An accuracy of runs as people see it. */
interface ShownAccuracy {
  /** Of a column. */
  readonly heading: string;
  /** Within a sentence. */
  readonly name: string;
  readonly of: (result: RunResult) => number | undefined;
}

const overTasks = (heading: string, name: string): ShownAccuracy => ({
  ...{ heading, name },
  of: ({ metrics }) => metrics['accuracyOverTasks']?.value,
});
const equalTasks = overTasks('ACC', 'ACC');
const unequalTasks: Readonly<Record<CompareBy, ShownAccuracy>> = {
  samples: {
    heading: 'over samples',
    name: 'accuracy over samples',
    of: ({ metrics }) => metrics['accuracyOverSamples']?.value,
  },
  tasks: overTasks('over tasks', 'accuracy over tasks'),
};

/**
 * The accuracies by which these runs are compared, the one that counts first. Where all evaluation sets of a run have one
 * size, the mean over tasks (ACC) is the share of all test samples, and stands alone; elsewhere a learner that fails on a
 * large task and not on small ones has a high mean over tasks, and both are given.
 */
function comparedAccuracies(
  results: readonly RunResult[],
  by: CompareBy,
): readonly [ShownAccuracy, ...ShownAccuracy[]] {
  const unequal = results.some(({ testSizes }) => testSizes.some((size) => size !== testSizes[0]));
  if (!unequal) return [equalTasks];
  const { samples, tasks } = unequalTasks;
  return by === 'samples' ? [samples, tasks] : [tasks, samples];
}

/** `0.9500`, or of several values `0.9500 ± 0.0012`. A metric that does not exist, e.g. the forgetting of a single task, is a dash. */
function share(values: readonly (number | undefined)[]): string {
  const of = meanInterval(values.filter((value) => value !== undefined));
  if (of === undefined) return '–';
  return of.deviation === undefined ? of.mean.toFixed(4) : `${of.mean.toFixed(4)} ± ${of.deviation.toFixed(4)}`;
}

/**
 * What shows only when learners are compared: replay that is no better than fine-tuning. A learner that dreams, or keeps
 * samples, should beat the one that does nothing against forgetting; if it does not, its replay is most likely broken.
 *
 * @param by the accuracy that they are compared by
 */
export function comparisonWarnings(results: readonly RunResult[], by: CompareBy = 'samples'): readonly Warning[] {
  const [compared] = comparedAccuracies(results, by);
  const baseline = results.find((result) => nameOf(result) === 'finetune');
  const floor = baseline && compared.of(baseline);
  if (floor === undefined) return [];
  return results.flatMap((result): readonly Warning[] => {
    const accuracy = compared.of(result);
    // With a single task there is nothing to replay.
    if (accuracy === undefined || accuracy > floor || !replays(result) || result.tasks.length < 2) return [];
    return [
      {
        type: 'warning',
        code: 'replay-does-nothing',
        message:
          `replay of "${result.learner}" is no better than fine-tuning: ${compared.name} ` +
          `${accuracy.toFixed(4)}, finetune has ${floor.toFixed(4)}; look whether the replay loss reaches the optimiser, what the dreams look like and whether ` +
          'their labels are right',
      },
    ];
  });
}

/** What the learner is, whatever it is called. */
function nameOf({ configuration, learner }: RunResult): unknown {
  const learners = isRecord(configuration) ? configuration['learners'] : undefined;
  const first: unknown = Array.isArray(learners) ? learners[0] : undefined;
  return isRecord(first) ? first['name'] : learner;
}

function replays(result: RunResult): boolean {
  const { dreams, footprint } = result;
  return nameOf(result) !== 'finetune' && (dreams.length > 0 || footprint.storedSamples > 0);
}
