import type { RunResult } from '../core/result.js';
import { mean, meanInterval } from '../metrics/statistics/sample.js';
import { table, formatBytes, formatSeconds, type Page } from './page.js';
import type { Warning } from '../core/events.js';

/**
 * Learners side by side, one a line: ACC and forgetting as shares in [0, 1], what remembering cost in memory, how much of it
 * is statistics and no network's parameters, how many real samples are stored, and how long a run took. Over several seeds
 * these are means, ACC and forgetting with their standard deviation. The most telling columns come first; a narrow page cuts
 * the rest.
 */
export function comparison(results: readonly RunResult[], page: Page): string {
  const learners = [...new Set(results.map(({ learner }) => learner))];
  const severalSeeds = learners.length < results.length;
  const rows = learners.map((learner) => {
    const own = results.filter((result) => result.learner === learner);
    const average = (of: (result: RunResult) => number): number => mean(own.map(of)) ?? 0;
    return [
      learner,
      ...(severalSeeds ? [String(own.length)] : []),
      share(own.map(({ metrics }) => metrics['accuracy']?.value)),
      share(own.map(({ metrics }) => metrics['forgetting']?.value)),
      formatBytes(average(({ footprint }) => footprint.memoryBytes)),
      formatBytes(average(({ footprint }) => footprint.statisticsBytes ?? 0)),
      Math.round(average(({ footprint }) => footprint.storedSamples)).toLocaleString('en'),
      formatSeconds(average(({ timings }) => timings.seconds)),
    ];
  });
  return table(
    [
      { heading: 'learner', align: 'left' },
      ...(severalSeeds ? [{ heading: 'seeds', align: 'right' } as const] : []),
      { heading: 'ACC', align: 'right' },
      { heading: 'forgetting', align: 'right' },
      { heading: 'memory', align: 'right' },
      { heading: 'statistics', align: 'right' },
      { heading: 'stored samples', align: 'right' },
      { heading: 'time', align: 'right' },
    ],
    rows,
    page,
  );
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
 */
export function comparisonWarnings(results: readonly RunResult[]): readonly Warning[] {
  const baseline = results.find(({ learner }) => learner === 'finetune');
  const floor = baseline?.metrics['accuracy']?.value;
  if (floor === undefined) return [];
  return results.flatMap((result): readonly Warning[] => {
    const accuracy = result.metrics['accuracy']?.value;
    // With a single task there is nothing to replay.
    if (accuracy === undefined || accuracy > floor || !replays(result) || result.tasks.length < 2) return [];
    return [
      {
        type: 'warning',
        code: 'replay-does-nothing',
        message:
          `replay of "${result.learner}" is no better than fine-tuning: ACC ${accuracy.toFixed(4)}, finetune has ` +
          `${floor.toFixed(4)}; look whether the replay loss reaches the optimiser, what the dreams look like and whether ` +
          'their labels are right',
      },
    ];
  });
}

function replays({ learner, dreams, footprint }: RunResult): boolean {
  return learner !== 'finetune' && (dreams.length > 0 || footprint.storedSamples > 0);
}
