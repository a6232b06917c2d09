import type { EncoderCell, EncoderStudy } from '../../../src/studies/encoders/encoder-result.js';
import { syntheticDataset } from '../../../src/data/synthetic.js';
import type { Engine } from '../../../src/engine/engine.js';
import { autoencoders } from '../../../src/memory/autoencoders/autoencoders.js';
import { encoders } from '../../../src/memory/encoders/encoders.js';
import { probes } from '../../../src/representation/probes/probes.js';
import type { CellStore } from '../../../src/studies/cell-store.js';
import { everyArm, type EncoderPlan } from '../../../src/studies/encoders/encoder-plan.js';
import type { EncoderSetup, EncoderStudyParts, KeptArray } from '../../../src/studies/encoders/encoder-setup.js';

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

/** The parts that reverie has, and a map that is the first two values of each code. */
function realParts(engine: Engine): EncoderStudyParts {
  return {
    autoencoder: async ({ name, options }, samples, random) =>
      autoencoders[name as keyof typeof autoencoders].make(options, { engine, random, ...samples }),
    encoder: async ({ name, options }) => encoders[name as keyof typeof encoders].make(options, undefined),
    probe: async ({ name, options }) => probes[name as keyof typeof probes].make(options, { engine }),
    map: ({ codes, labels, width }) => {
      const rows = Uint32Array.from(labels.subarray(0, 10), (_, row) => row);
      const points = Float32Array.from({ length: 20 }, (_, i) => codes[Math.floor(i / 2) * width + (i % 2)] ?? 0);
      return Promise.resolve({ points, rows });
    },
  };
}

/** A store in memory. */
export function storeInMemory(): CellStore<EncoderCell, EncoderStudy> & { readonly cells: Map<string, EncoderCell> } {
  const cells = new Map<string, EncoderCell>();
  return {
    cells,
    read: (name) => Promise.resolve(cells.get(name)),
    write: (cell) => {
      cells.set(cell.name, cell);
      return Promise.resolve();
    },
    finish: () => Promise.resolve(),
  };
}

/** A study of the blobs whose clock stands still; what is kept goes to `kept`. */
export function tinyStudy(engine: Engine, changes: Partial<EncoderSetup> = {}, kept: KeptArray[] = []): EncoderSetup {
  return {
    name: 'tiny',
    dataset: blobs,
    plan: tinyPlan,
    parts: realParts(engine),
    engine,
    versions: { reverie: '0.1.0' },
    validate: false,
    codes: false,
    maps: [],
    store: storeInMemory(),
    keep: (array) => {
      kept.push(array);
      return Promise.resolve();
    },
    clock: () => 0,
    ...changes,
  };
}
