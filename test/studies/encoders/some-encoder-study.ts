import type { Dataset } from '../../../src/core/dataset.js';
import { syntheticDataset } from '../../../src/data/synthetic.js';
import type { Engine } from '../../../src/engine/engine.js';
import { autoencoders } from '../../../src/memory/autoencoders/autoencoders.js';
import { encoders } from '../../../src/memory/encoders.js';
import { probes } from '../../../src/representation/probes/probes.js';
import { everyArm, type EncoderPlan } from '../../../src/studies/encoders/encoder-plan.js';
import type { EncoderStudy } from '../../../src/studies/encoders/encoder-result.js';
import { encoderStudy, encoderTrialsOf, type EncoderChoices } from '../../../src/studies/encoders/encoder-study.js';
import { encoderTrials } from '../../../src/studies/encoders/encoder-trial.js';
import { resultsOf } from '../run-trial.js';

/** Blobs of four values in three classes, which look like pictures of 2 × 2. */
export const blobs = {
  ...syntheticDataset({ classes: 3, width: 4, trainPerClass: 40, testPerClass: 30, spread: 0.15, seed: 4 }),
};

const standard = { name: 'vanilla', options: { hidden: [8], latent: 2, learningRate: 0.01 } };

export const tinyPlan: EncoderPlan = {
  samples: { train: 60, test: 45, probe: 60 },
  arms: everyArm(
    [standard],
    [
      { name: 'identity', options: {} },
      { name: 'icrst', options: { p: 1 } },
    ],
  ),
  groupings: [{ name: 'first', groups: [[0], [1, 2]] }],
  probes: [{ name: 'knn', options: { k: 3 } }],
  domains: [{ name: 'inverted' }],
  training: { epochs: 3, batchSize: 20 },
  seeds: [1, 2],
};

/** Choices for the blobs. */
export function tinyChoices(engine: Engine, changes: Partial<EncoderChoices> = {}): EncoderChoices {
  const kept = { validate: false, codes: false, maps: [] };
  return { name: 'tiny', dataset: blobs, datasetOptions: {}, plan: tinyPlan, engine, ...kept, ...changes };
}

/**
 * The kind of its trials, with the parts that reverie has, a map that is the first two values of each code, and a clock
 * that stands still.
 */
export function tinyTrials(engine: Engine, dataset: Dataset = blobs) {
  return encoderTrials({
    dataset: () => Promise.resolve(dataset),
    engine: () => Promise.resolve(engine),
    clock: () => 0,
    parts: () =>
      Promise.resolve({
        autoencoder: async ({ name, options }, samples, random) =>
          autoencoders[name as keyof typeof autoencoders].make(options, { engine, random, ...samples }),
        encoder: async ({ name, options }) => encoders[name as keyof typeof encoders].make(options, undefined),
        probe: async ({ name, options }) => probes[name as keyof typeof probes].make(options, { engine }),
      }),
    map: ({ codes, labels, width }) => {
      const rows = Uint32Array.from(labels.subarray(0, 10), (_, row) => row);
      const points = Float32Array.from({ length: 20 }, (_, i) => codes[Math.floor(i / 2) * width + (i % 2)] ?? 0);
      return Promise.resolve({ points, rows });
    },
  });
}

/** A study whose trials are all run, one after the other. */
export async function studyOf(choices: EncoderChoices, engine: Engine): Promise<EncoderStudy> {
  const kind = tinyTrials(engine, choices.dataset);
  return encoderStudy(choices, { reverie: '0.1.0' }, await resultsOf(kind, encoderTrialsOf(kind, choices)));
}
