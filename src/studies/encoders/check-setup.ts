import { isReverieError, ReverieError } from '../../core/errors.js';
import type { Warning } from '../../core/events.js';
import { randomStream } from '../../core/random.js';
import { heldOutCount } from '../../representation/fitting/fit-plan.js';
import { grouped } from './changed-samples.js';
import { checkNames } from './encoder-plan.js';
import type { EncoderChoices } from './encoder-study.js';
import type { EncoderStudyParts } from './encoder-trial.js';
import { checkSamples } from './study-samples.js';

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
