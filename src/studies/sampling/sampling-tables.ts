import type { SamplingStudy, SamplingRow } from './sampling-result.js';
import { table, formatSeconds, type Page } from '../../report/page.js';

/**
 * Table I made again, row by row: the paper's accuracy, ours, the difference in points (hundredths of accuracy), the best
 * epoch, and how long it took; and below, whether the rows stand in the paper's order.
 */
export function samplingTable(study: SamplingStudy, page: Page): string {
  const rows = study.rows.map(({ title, paper, accuracy, curve, seconds }) => [
    title,
    paper.toFixed(3),
    accuracy.toFixed(4),
    points(accuracy - paper),
    Math.max(...curve).toFixed(4),
    formatSeconds(seconds),
  ]);
  const columns = [headingOf(study), 'paper', 'ours', 'points', 'best epoch', 'time'];
  return [table(columns, rows, page), ...study.rows.flatMap((row) => walksText(row, page)), orderText(study.rows)].join(
    '\n\n',
  );
}

/** The walks of a row where several were tried. */
function walksText({ title, walks }: SamplingRow, page: Page): readonly string[] {
  if (walks.length < 2) return [];
  const columns = [`${title}, chosen from`, 'accuracy'];
  const rows = walks.map(({ lambda, jumps, collect, curve }) => [
    `λ ${lambda}, R ${jumps}, ${collect}`,
    (curve.at(-1) ?? 0).toFixed(4),
  ]);
  return [table(columns, rows, page)];
}

/** What the numbers are of: part of the table, and what was learnt where that is not the part's own data set. */
function headingOf({ table: part, dataset, measuredOn }: SamplingStudy): string {
  return [
    part,
    ...(dataset === part ? [] : [`on ${dataset}`]),
    ...(measuredOn === 'test' ? [] : [`(${measuredOn})`]),
  ].join(' ');
}

/** Such as `+0.35`. A difference that is rounded to nothing has no sign. */
function points(difference: number): string {
  const text = (100 * difference).toFixed(2);
  return Number(text) > 0 ? `+${text}` : text.replace(/^-(?=0\.00$)/, '');
}

/** The pairs of rows that the paper puts in an order, and those of them that are in the other order here. */
function orderText(rows: readonly SamplingRow[]): string {
  const pairs = rows.flatMap((a) => rows.flatMap((b) => (a.paper > b.paper ? [{ a, b }] : [])));
  if (pairs.length === 0) return 'order: there is nothing to compare';
  const swapped = pairs.filter(({ a, b }) => a.accuracy <= b.accuracy);
  const kept = `order: ${pairs.length - swapped.length} of ${pairs.length} pairs stand as in the paper`;
  return [kept, ...swapped.map(({ a, b }) => `  not so: ${a.title} above ${b.title}`)].join('\n');
}

/** Epochs that are shown of a long curve; the last one is too. */
const shown = [1, 2, 3, 4, 5, 7, 10, 15, 20, 25, 30, 35, 40, 45];

/**
 * Figures 3–5 as numbers: the accuracy of each classifier under training after its epochs, 40,000 samples each unless the
 * study's plan says otherwise. The ground truth classifier, whose epochs are passes over the data, is left out.
 */
export function samplingCurves(study: SamplingStudy, page: Page): string {
  const shownRows = study.rows.filter(({ name }) => name !== 'ground-truth');
  const last = Math.max(0, ...shownRows.map(({ curve }) => curve.length));
  const epochs = [...shown.filter((epoch) => epoch < last), last].filter((epoch) => epoch > 0);
  const columns = [headingOf(study), ...epochs.map((epoch) => `epoch ${epoch}`)];
  const rows = shownRows.map(({ title, curve }) => [
    title,
    ...epochs.map((epoch) => curve[epoch - 1]?.toFixed(4) ?? '–'),
  ]);
  return table(columns, rows, page);
}
