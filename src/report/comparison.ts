import type { RunResult } from '../core/result.js';
import { mean } from '../metrics/mean.js';
import { meanInterval } from '../metrics/statistics/mean-interval.js';
import type { Page } from './page.js';
import { table } from './table.js';
import { formatBytes, formatSeconds } from './units.js';

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
