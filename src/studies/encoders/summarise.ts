import {
  codeMeasures,
  probeMeasures,
  type CodeMeasure,
  type EncoderArm,
  type EncoderTrial,
  type EncoderSummary,
  type PairedDifference,
  type ProbeMeasure,
  type ProbeSummary,
  type SeedMean,
} from './encoder-result.js';
import { holmAdjusted, pairedDifferences, pairedTTest } from '../../metrics/statistics/paired-tests.js';
import { meanInterval } from '../../metrics/statistics/sample.js';

/** One value of an arm, and the seed that it is of. */
interface SeedValue {
  readonly seed: number;
  readonly value: number;
}

/**
 * Each arm over its seeds: means with 95 % confidence intervals, and by the seeds that both have, the differences to the
 * arm that it is compared with. p-values are adjusted by Holm within each column of a table: one target, probe and
 * measure, all arms.
 */
export function summarise(arms: readonly EncoderArm[], trials: readonly EncoderTrial[]): EncoderSummary {
  const targets = [
    ...new Map(
      trials.flatMap(({ probes }) => probes.map(({ target, probe }) => [`${target}\n${probe}`, { target, probe }])),
    ).values(),
  ];
  return {
    probes: targets.flatMap(({ target, probe }) =>
      (Object.keys(probeMeasures) as ProbeMeasure[]).flatMap((measure) =>
        columnOf(arms, trials, { target, probe, measure }),
      ),
    ),
    measures: arms.flatMap(({ name: arm }) =>
      (Object.keys(codeMeasures) as CodeMeasure[]).flatMap((measure) => {
        const own = trials.filter((trial) => trial.arm === arm).flatMap(({ measures }) => measures[measure] ?? []);
        const mean = seedMean(own);
        return mean === undefined ? [] : [{ arm, measure, ...mean }];
      }),
    ),
  };
}

function columnOf(
  arms: readonly EncoderArm[],
  trials: readonly EncoderTrial[],
  column: { readonly target: string; readonly probe: string; readonly measure: ProbeMeasure },
): readonly ProbeSummary[] {
  const values = new Map(arms.map(({ name }) => [name, valuesOf(name, trials, column)]));
  const rows = arms.flatMap(({ name: arm, against }) => {
    const own = values.get(arm) ?? [];
    const mean = seedMean(own.map(({ value }) => value));
    if (mean === undefined) return [];
    const difference = against === undefined ? undefined : compared(own, values.get(against) ?? [], against);
    return [{ arm, ...column, ...mean, ...(difference === undefined ? {} : { difference }) }];
  });
  const tested = rows.flatMap(({ difference }) => difference?.p ?? []);
  const adjusted = holmAdjusted(tested)[Symbol.iterator]();
  return rows.map((row) => {
    if (row.difference?.p === undefined) return row;
    const next = adjusted.next();
    return next.done === true ? row : { ...row, difference: { ...row.difference, adjusted: next.value } };
  });
}

function valuesOf(
  arm: string,
  trials: readonly EncoderTrial[],
  { target, probe, measure }: { readonly target: string; readonly probe: string; readonly measure: ProbeMeasure },
): readonly SeedValue[] {
  return trials.flatMap((trial) => {
    if (trial.arm !== arm) return [];
    const value = trial.probes.find((one) => one.target === target && one.probe === probe)?.[measure];
    return value === undefined ? [] : [{ seed: trial.seed, value }];
  });
}

function compared(
  own: readonly SeedValue[],
  others: readonly SeedValue[],
  against: string,
): PairedDifference | undefined {
  const pairs = own.flatMap(({ seed, value }) => {
    const other = others.find((one) => one.seed === seed);
    return other === undefined ? [] : [[value, other.value] as const];
  });
  const [a, b] = [pairs.map(([value]) => value), pairs.map(([, value]) => value)];
  const mean = seedMean(pairedDifferences(a, b));
  if (mean === undefined) return undefined;
  const test = pairedTTest(a, b);
  return {
    against,
    mean: mean.mean,
    ...(mean.interval === undefined ? {} : { interval: mean.interval }),
    ...(test === undefined ? {} : { p: test.p }),
  };
}

function seedMean(values: readonly number[]): SeedMean | undefined {
  const of = meanInterval(values);
  if (of === undefined) return undefined;
  return { mean: of.mean, count: of.count, ...(of.interval === undefined ? {} : { interval: of.interval }) };
}
