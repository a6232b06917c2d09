import type { RunResult } from '../core/result.js';
import type { Page } from './page.js';
import { table } from './table.js';
import { formatBytes, formatSeconds } from './units.js';

/**
 * Runs side by side, one a line: ACC and forgetting as shares in [0, 1], what remembering cost in memory, how much of it is
 * statistics and no network's parameters, how many real samples are stored, and how long the run took. The most telling columns come first; a narrow page cuts the rest.
 */
export function comparison(results: readonly RunResult[], page: Page): string {
  const rows = results.map(({ learner, metrics, footprint, timings }) => [
    learner,
    share(metrics['accuracy']?.value),
    share(metrics['forgetting']?.value),
    formatBytes(footprint.memoryBytes),
    formatBytes(footprint.statisticsBytes ?? 0),
    footprint.storedSamples.toLocaleString('en'),
    formatSeconds(timings.seconds),
  ]);
  return table(
    [
      { heading: 'learner', align: 'left' },
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

/** A metric that does not exist, e.g. the forgetting of a single task, is a dash. */
function share(value: number | undefined): string {
  return value === undefined ? '–' : value.toFixed(4);
}
