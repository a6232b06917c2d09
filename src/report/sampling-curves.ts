import type { SamplingStudy } from '../core/sampling-study.js';
import type { Page } from './page.js';
import { headingOf } from './sampling-table.js';
import { table } from './table.js';

/** Epochs that are shown of a long curve; the last one is too. */
const shown = [1, 2, 3, 4, 5, 7, 10, 15, 20, 25, 30, 35, 40, 45];

/**
 * Figures 3–5 as numbers: the accuracy of each classifier under training after its epochs, 40,000 samples each unless the
 * study's plan says otherwise. The ground truth classifier, whose epochs are passes over the data, is left out.
 */
export function samplingCurves(study: SamplingStudy, page: Page): string {
  const cells = study.cells.filter(({ name }) => name !== 'ground-truth');
  const last = Math.max(0, ...cells.map(({ curve }) => curve.length));
  const epochs = [...shown.filter((epoch) => epoch < last), last].filter((epoch) => epoch > 0);
  const columns = [
    { heading: headingOf(study), align: 'left' },
    ...epochs.map((epoch) => ({ heading: `epoch ${epoch}`, align: 'right' }) as const),
  ] as const;
  const rows = cells.map(({ title, curve }) => [title, ...epochs.map((epoch) => curve[epoch - 1]?.toFixed(4) ?? '–')]);
  return table(columns, rows, page);
}
