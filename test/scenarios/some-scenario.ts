import { arraySamples } from '../../src/core/array-samples.js';
import type { Dataset } from '../../src/core/dataset.js';
import type { Scenario } from '../../src/scenarios/scenario.js';

/** A scenario as a program may write it, without a file. */
export const someScenario: Scenario = {
  name: 'some',
  description: 'For tests.',
  dataset: { name: 'synthetic', options: { classes: 10 } },
  stream: { name: 'class-incremental', options: { tasks: 5, classOrder: 'ascending' } },
  plan: { budget: { iterations: 10 }, batchSize: 16 },
  seed: 1,
  learners: [
    { name: 'finetune', options: {} },
    { name: 'rehearsal', options: { rate: 0.1, hidden: [3] } },
  ],
  memory: {
    name: 'autoencoder',
    options: { latent: 2 },
    encoder: { name: 'identity', options: {} },
    sampler: { name: 'walk', options: {} },
  },
};

/**
 * Each feature is the row's number, 0 … in the training part and 1000 … in the test part, so that a copied row shows
 * where it is from.
 */
export function labelled(trainLabels: readonly number[], testLabels: readonly number[]): Dataset {
  const samples = (labels: readonly number[], from: number) =>
    arraySamples({
      features: Float32Array.from(labels, (_, row) => from + row),
      labels: Int32Array.from(labels),
      shape: [1],
    });
  return {
    name: 'labelled',
    train: samples(trainLabels, 0),
    test: samples(testLabels, 1000),
    classes: [...new Set([...trainLabels, ...testLabels])].sort((a, b) => a - b),
    source: 'Made for a test.',
  };
}
