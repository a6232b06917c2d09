import type { DreamReport, DreamUnit } from '../core/dream-report.js';
import { cut, styled, table, wrapped, type Page } from './page.js';

/** Definitions are not set wider than this: longer lines are hard to read. */
const widest = 100;

/** A dream report for people: the histogram, the numbers next to those of real samples, and what each number is. */
export function dreamHealth({ count, classes, histogram, metrics, notes }: DreamReport, page: Page): string {
  const named = Object.entries(metrics);
  const numbers = table(
    ['of the dreams', 'dreams', 'real'],
    named.map(([name, { value, real, unit }]) => [name, formatted(value, unit), formatted(real, unit)]),
    page,
  );
  const width = Math.min(page.width, widest);
  const definitions = named.map(([name, { definition }]) =>
    [styled('bold', name, page), ...wrapped(definition, width - 2).map((line) => `  ${line}`)].join('\n'),
  );
  return [
    histogramLines(count, classes, histogram, page),
    numbers,
    ...(notes.length === 0 ? [] : [notes.map((note) => wrapped(`note: ${note}`, width).join('\n')).join('\n')]),
    definitions.join('\n'),
  ].join('\n\n');
}

function histogramLines(count: number, classes: readonly number[], histogram: readonly number[], page: Page): string {
  const most = Math.max(1, ...histogram);
  const width = Math.max(...[...classes, ...histogram].map((value) => String(value).length));
  const lines = classes.map((label, i) => {
    const here = histogram[i] ?? 0;
    const bar = '█'.repeat(Math.round((30 * here) / most));
    return cut(`  ${String(label).padStart(width)}  ${String(here).padStart(width)}  ${bar}`.trimEnd(), page);
  });
  return [styled('bold', cut(`classes of ${count} dreams, as the teacher takes them`, page), page), ...lines].join(
    '\n',
  );
}

function formatted(value: number | null, unit: DreamUnit): string {
  if (value === null) return '–';
  return unit === 'count' ? String(value) : value.toFixed(4);
}
