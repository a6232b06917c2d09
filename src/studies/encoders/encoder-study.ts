import { toJson } from '../../core/canonical-json.js';
import type { Dataset } from '../../core/dataset.js';
import type { Json } from '../../core/snapshot.js';
import type { Trial } from '../../core/trial.js';
import type { Engine } from '../../engine/engine.js';
import { trialOf, type TrialKind } from '../../experiment/trials/trial-kind.js';
import type { CodeMapKind } from '../../representation/maps/code-map.js';
import { groundOf } from '../study-services.js';
import { armsOf, type EncoderPlan } from './encoder-plan.js';
import { encoderStudyVersion, type EncoderResult, type EncoderStudy } from './encoder-result.js';
import type { EncoderEvent, EncoderSpec } from './encoder-trial.js';
import { summarise } from './summarise.js';

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
