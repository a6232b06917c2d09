import { toJson } from '../../core/canonical-json.js';
import type { Dataset } from '../../core/dataset.js';
import type { Json } from '../../core/snapshot.js';
import type { Trial } from '../../core/trial.js';
import type { Engine } from '../../engine/engine.js';
import { trialOf, type TrialKind } from '../../experiment/trials/trial-kind.js';
import type { CodeMapKind } from '../../representation/maps/code-map.js';
import { groundOf } from '../study-services.js';
import { armsOf, checkNames, type EncoderPlan } from './encoder-plan.js';
import {
  encoderStudyVersion,
  codeMeasures,
  probeMeasures,
  type EncoderResult,
  type EncoderStudy,
  type CodeMeasure,
  type EncoderArm,
  type EncoderTrial,
  type EncoderSummary,
  type PairedDifference,
  type ProbeMeasure,
  type ProbeSummary,
  type SeedMean,
} from './encoder-result.js';
import type { EncoderEvent, EncoderSpec, EncoderStudyParts } from './encoder-trial.js';
import { isReverieError, ReverieError } from '../../core/errors.js';
import type { Warning } from '../../core/events.js';
import { randomStream } from '../../core/random.js';
import { heldOutCount } from '../../representation/fitting/fit-autoencoder.js';
import { grouped, checkSamples } from './study-samples.js';
import { holmAdjusted, pairedDifferences, pairedTTest } from '../../metrics/statistics/paired-tests.js';
import { meanInterval } from '../../metrics/statistics/sample.js';

/** All that is chosen in an encoder study. */
export interface EncoderChoices {
  readonly name: string;
  readonly dataset: Dataset;
  readonly datasetOptions: Json;
  readonly plan: EncoderPlan;
  readonly engine: Pick<Engine, 'name' | 'versions'>;
  /** Measure on training samples that nothing learns instead of the test samples: to choose by. */
  readonly validate: boolean;
  /** Whether the codes of each trial are kept. */
  readonly codes: boolean;
  /** Which maps are made of the codes of the first seed's trials. */
  readonly maps: readonly CodeMapKind[];
}

/** The trials of a study, seed by seed, so that what is finished can be compared. */
export function encoderTrialsOf(
  kind: TrialKind<EncoderSpec, EncoderEvent, EncoderResult>,
  { dataset, datasetOptions, plan, engine, validate, codes, maps }: EncoderChoices,
): readonly Trial[] {
  const { arms, seeds, ...shared } = plan;
  const ground = groundOf(dataset, datasetOptions, engine, validate);
  return seeds.flatMap((seed) =>
    arms.map(({ name, autoencoder, encoder, groups }) => {
      const arm = { autoencoder, encoder, ...(groups === undefined ? {} : { groups }) };
      const spec = { ...ground, ...shared, arm, codes, maps: seed === seeds[0] ? maps : [] };
      return trialOf(kind, { variant: name, seed, spec });
    }),
  );
}

/** The study of all trials. @param versions of reverie and Node; @param results in the order of the trials */
export function encoderStudy(
  { name, dataset, plan, engine, validate }: EncoderChoices,
  versions: Readonly<Record<string, string>>,
  results: readonly EncoderResult[],
): EncoderStudy {
  const arms = armsOf(plan);
  const trials = plan.seeds
    .flatMap((seed) => arms.map(({ name: arm }) => ({ arm, seed })))
    .flatMap((trial, i) => (results[i] === undefined ? [] : [{ ...trial, ...results[i] }]));
  return {
    version: encoderStudyVersion,
    name,
    dataset: dataset.name,
    measuredOn: validate ? 'validation' : 'test',
    seeds: plan.seeds,
    engine: engine.name,
    versions: { ...versions, ...engine.versions },
    configuration: toJson(plan) ?? null,
    arms,
    trials,
    summary: summarise(arms, trials),
  };
}

/**
 * Makes every part of a study once and looks at its data, so that what is wrong is known before the first is trained; gives
 * its warnings, each once.
 *
 * @throws ReverieError of whatever cannot be: samples, groups, domains, options, targets
 */
export async function checkSetup({
  plan,
  parts,
  dataset,
  validate,
}: Pick<EncoderChoices, 'plan' | 'dataset' | 'validate'> & {
  readonly parts: EncoderStudyParts;
}): Promise<readonly Warning[]> {
  checkNames(plan);
  checkSamples(dataset, plan, validate);
  const warnings = new Map<string, Warning>();
  for (const { name, autoencoder, encoder, groups } of plan.arms) {
    const network = await parts.autoencoder(autoencoder, dataset.train, randomStream(0));
    const own = network.warnings?.() ?? [];
    network.dispose();
    const grouping = plan.groupings.find((one) => one.name === groups);
    const train = grouping === undefined ? dataset.train : grouped(dataset.train, grouping);
    try {
      const more = (await parts.encoder(encoder)).check?.({ train, steps: stepsOf(plan, dataset.train.size) }) ?? [];
      for (const warning of [...own, ...more]) warnings.set(warning.message, warning);
    } catch (cause) {
      if (!isReverieError(cause)) throw cause;
      throw new ReverieError(cause.code, `${name}, data set "${dataset.name}": ${cause.message}`, { cause });
    }
  }
  for (const probe of plan.probes) await parts.probe(probe);
  return [...warnings.values()];
}

/** Optimiser steps of one fitting, as `fitAutoencoder` counts them. */
function stepsOf(
  { samples, training: { epochs, batchSize, validation } }: EncoderChoices['plan'],
  most: number,
): number {
  const drawn = Math.min(samples.train, most);
  const kept = validation === undefined ? drawn : drawn - heldOutCount(drawn, validation.fraction);
  return Math.ceil((epochs * kept) / Math.min(batchSize, kept));
}

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
