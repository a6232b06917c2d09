import type {
  CodeMeasure,
  EncoderArm,
  EncoderStudy,
  PairedDifference,
  ProbeMeasure,
  ProbeSummary,
  SeedMean,
} from '../core/encoder-study.js';
import type { Page } from './page.js';
import { table, type Column } from './table.js';

const measureTitles: Readonly<Record<ProbeMeasure, string>> = {
  accuracy: 'accuracy',
  macroF1: 'macro-F1',
  auc: 'area under the ROC curve',
};

/** Columns of the table of codes: heading, and digits after the point. */
const codeColumns: Readonly<Record<CodeMeasure, readonly [heading: string, digits: number]>> = {
  mae: ['MAE', 4],
  rmse: ['RMSE', 4],
  psnr: ['PSNR dB', 2],
  ssim: ['SSIM', 3],
  compression: ['ratio', 1],
  activeUnits: ['active', 1],
  silhouette: ['silhouette', 3],
  overlap: ['overlap', 3],
  neighbourhoodInformation: ['MI nats', 3],
};

/**
 * An encoder study as tables: for each question a line for each arm and a column for each probe, mean ± half its 95 %
 * confidence interval over the seeds; the same of the difference to the arm that it is compared with, with its p-value, by
 * Holm over the arms; and what codes and reconstructions are like.
 *
 * @param measure which of the probes' measures is shown; differences of shares are in points, hundredths
 */
export function encoderTables(study: EncoderStudy, measure: ProbeMeasure, page: Page): string {
  const rows = study.summary.probes.filter((row) => row.measure === measure);
  const questions = [...new Set(rows.map(({ question }) => question))];
  return [
    ...questions.map((question) =>
      questionTables(
        study,
        rows.filter((row) => row.question === question),
        page,
      ),
    ),
    codesTable(study, page),
    `mean ± half of the 95 % confidence interval over ${study.seeds.length} seed${study.seeds.length === 1 ? '' : 's'}; ` +
      'p: paired t-test over seeds, two-sided, by Holm over the lines of its column',
  ].join('\n\n');
}

/** Probes whose means and differences fit side by side into a line. */
const sideBySide = 2;

function questionTables(study: EncoderStudy, rows: readonly ProbeSummary[], page: Page): string {
  const [first] = rows;
  if (first === undefined) return '';
  const probes = [...new Set(rows.map(({ probe }) => probe))];
  const title = `${first.question}: ${measureTitles[first.measure]}${study.measuredOn === 'test' ? '' : ' (validation)'}`;
  const papers = study.arms.some(({ paper }) => paper !== undefined) && first.question === 'classes';
  const cell = (arm: string, probe: string): ProbeSummary | undefined =>
    rows.find((row) => row.arm === arm && row.probe === probe);
  const means: readonly Filled[] = [
    ...probes.map((probe) => ({ heading: probe, text: (arm: EncoderArm) => meanText(cell(arm.name, probe), 4) })),
    ...(papers ? [{ heading: 'paper', text: ({ paper }: EncoderArm) => paper?.toFixed(2) ?? '–' }] : []),
  ];
  const differences = probes.flatMap((probe): readonly Filled[] => [
    { heading: `${probe}, points`, text: ({ name }) => differenceText(cell(name, probe)?.difference) },
    { heading: `p ${probe}`, text: ({ name }) => pText(cell(name, probe)?.difference?.adjusted) },
  ]);
  const compared = study.arms.filter(({ against }) => against !== undefined);
  if (compared.length === 0) return filledTable(title, study.arms, means, page);
  if (probes.length <= sideBySide) return filledTable(title, study.arms, [...means, ...differences], page);
  return [
    filledTable(title, study.arms, means, page),
    filledTable(`${title}, difference`, compared, differences, page),
  ].join('\n\n');
}

/** A column, and what stands in it for an arm. */
interface Filled {
  readonly heading: string;
  readonly text: (arm: EncoderArm) => string;
}

function filledTable(title: string, arms: readonly EncoderArm[], filled: readonly Filled[], page: Page): string {
  const columns: readonly Column[] = [
    { heading: title, align: 'left' },
    ...filled.map(({ heading }): Column => ({ heading, align: 'right' })),
  ];
  const lines = arms.map((arm) => [arm.name, ...filled.map(({ text }) => text(arm))]);
  return table(columns, lines, page);
}

function codesTable({ arms, summary }: EncoderStudy, page: Page): string {
  const measures = (Object.keys(codeColumns) as CodeMeasure[]).filter((measure) =>
    summary.measures.some((row) => row.measure === measure),
  );
  const columns: readonly Column[] = [
    { heading: 'reconstructions and codes', align: 'left' },
    ...measures.map((measure): Column => ({ heading: codeColumns[measure][0], align: 'right' })),
  ];
  const lines = arms.map(({ name }) => [
    name,
    ...measures.map((measure) => {
      const row = summary.measures.find((one) => one.arm === name && one.measure === measure);
      return row === undefined ? '–' : row.mean.toFixed(codeColumns[measure][1]);
    }),
  ]);
  return table(columns, lines, page);
}

function meanText(mean: SeedMean | undefined, digits: number): string {
  if (mean === undefined) return '–';
  const text = mean.mean.toFixed(digits);
  return mean.interval === undefined
    ? text
    : `${text} ± ${((mean.interval[1] - mean.interval[0]) / 2).toFixed(digits)}`;
}

function differenceText(difference: PairedDifference | undefined): string {
  if (difference === undefined) return '–';
  const { mean, interval } = difference;
  const points = (100 * mean).toFixed(2);
  const signed = Number(points) > 0 ? `+${points}` : points.replace(/^-(?=0\.00$)/, '');
  return interval === undefined ? signed : `${signed} ± ${((100 * (interval[1] - interval[0])) / 2).toFixed(2)}`;
}

/** Such as `0.0123`, or `<0.0001`. */
function pText(p: number | undefined): string {
  if (p === undefined) return '–';
  return p < 0.0001 ? '<0.0001' : p.toFixed(4);
}
