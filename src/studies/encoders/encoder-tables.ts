import type {
  CodeMeasure,
  EncoderArm,
  EncoderStudy,
  PairedDifference,
  ProbeMeasure,
  ProbeSummary,
  SeedMean,
} from './encoder-result.js';
import { table, type Page } from '../../report/page.js';

const measureTitles: Readonly<Record<ProbeMeasure, string>> = {
  accuracy: 'accuracy',
  macroF1: 'macro-F1',
  auc: 'area under the ROC curve',
};

/** Columns of the tables of reconstructions and of codes: heading, and digits after the point. */
const codeColumns: Readonly<Record<CodeMeasure, readonly [heading: string, digits: number]>> = {
  mae: ['MAE', 4],
  rmse: ['RMSE', 4],
  psnr: ['PSNR dB', 2],
  ssim: ['SSIM', 3],
  compression: ['ratio', 1],
  activeUnits: ['active', 1],
  silhouette: ['silhouette', 3],
  overlap: ['overlap', 3],
  neighbourhoodInformation: ['I(z; z′)', 3],
  sampleInformation: ['I(z; x)', 3],
  localSampleInformation: ['I(z; x) near', 3],
  classInformation: ['I(z; y)', 3],
};

/**
 * An encoder study as tables: for each target a line for each arm and a column for each probe, mean ± half its 95 %
 * confidence interval over the seeds; the same of the difference to the arm that it is compared with, with its p-value, by
 * Holm over the arms; and what reconstructions and codes are like.
 *
 * @param measure which of the probes' measures is shown; differences of shares are in points, hundredths
 */
export function encoderTables(study: EncoderStudy, measure: ProbeMeasure, page: Page): string {
  const rows = study.summary.probes.filter((row) => row.measure === measure);
  const targets = [...new Set(rows.map(({ target }) => target))];
  return [
    ...targets.map((target) =>
      targetTables(
        study,
        rows.filter((row) => row.target === target),
        page,
      ),
    ),
    ...codeTables(study, page),
    `mean ± half of the 95 % confidence interval over ${study.seeds.length} seed${study.seeds.length === 1 ? '' : 's'}; ` +
      'p: paired t-test over seeds, two-sided, by Holm over the lines of its column',
  ].join('\n\n');
}

/** Probes whose means and differences fit side by side into a line. */
const sideBySide = 2;

function targetTables(study: EncoderStudy, rows: readonly ProbeSummary[], page: Page): string {
  const [first] = rows;
  if (first === undefined) return '';
  const probes = [...new Set(rows.map(({ probe }) => probe))];
  const title = `${first.target}: ${measureTitles[first.measure]}${study.measuredOn === 'test' ? '' : ' (validation)'}`;
  const papers = study.arms.some(({ paper }) => paper !== undefined) && first.target === 'classes';
  const rowOf = (arm: string, probe: string): ProbeSummary | undefined =>
    rows.find((row) => row.arm === arm && row.probe === probe);
  const means: readonly Filled[] = [
    ...probes.map((probe) => ({ heading: probe, text: (arm: EncoderArm) => meanText(rowOf(arm.name, probe), 4) })),
    ...(papers ? [{ heading: 'paper', text: ({ paper }: EncoderArm) => paper?.toFixed(2) ?? '–' }] : []),
  ];
  const differences = probes.flatMap((probe): readonly Filled[] => [
    { heading: `${probe}, points`, text: ({ name }) => differenceText(rowOf(name, probe)?.difference) },
    { heading: `p ${probe}`, text: ({ name }) => pText(rowOf(name, probe)?.difference?.adjusted) },
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
  const lines = arms.map((arm) => [arm.name, ...filled.map(({ text }) => text(arm))]);
  return table([title, ...filled.map(({ heading }) => heading)], lines, page);
}

/** Reconstructions, codes, and why a measure is absent. */
function codeTables({ arms, summary, trials }: EncoderStudy, page: Page): readonly string[] {
  const all = Object.keys(codeColumns) as CodeMeasure[];
  const codes = all.indexOf('activeUnits');
  const parts = { reconstructions: all.slice(0, codes), codes: all.slice(codes) };
  const tables = Object.entries(parts).flatMap(([title, measures]) => {
    const measured = measures.filter((measure) => summary.measures.some((row) => row.measure === measure));
    const filled = measured.map((measure): Filled => {
      const [heading, digits] = codeColumns[measure];
      const rowOf = (arm: string) => summary.measures.find((one) => one.arm === arm && one.measure === measure);
      return { heading, text: ({ name }) => rowOf(name)?.mean.toFixed(digits) ?? '–' };
    });
    return filled.length === 0 ? [] : [filledTable(title, arms, filled, page)];
  });
  const reasons = new Set(
    all.flatMap((measure) =>
      trials.flatMap(({ absent }) =>
        absent[measure] === undefined ? [] : `no ${codeColumns[measure][0]}: ${absent[measure]}`,
      ),
    ),
  );
  return reasons.size === 0 ? tables : [...tables, [...reasons].join('\n')];
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
