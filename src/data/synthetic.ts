import * as z from 'zod';
import type { Dataset, Samples } from '../core/dataset.js';
import { RandomStreams, type RandomStream } from '../core/random.js';
import { arraySamples } from '../core/array-samples.js';

const maxValues = 2 ** 27;

/** Options of the synthetic data set; the defaults are easy: 10 classes that a small network learns in 100 steps. */
export const syntheticOptions = z
  .strictObject({
    classes: z.int().min(1).max(1000).default(10).describe('Number of classes'),
    width: z.int().min(1).max(65_536).default(32).describe('Values per sample'),
    trainPerClass: z.int().min(1).max(100_000).default(100).describe('Training samples of each class'),
    testPerClass: z.int().min(1).max(100_000).default(20).describe('Test samples of each class'),
    spread: z.number().min(0).max(10).default(0.1).describe('Standard deviation of the noise around a prototype'),
    seed: z.int().min(0).default(1).describe('Seed of the data, apart from the seed of a run'),
  })
  .refine((o) => o.classes * o.width * (o.trainPerClass + o.testPerClass) <= maxValues, {
    error: `classes × width × samples per class must be at most ${maxValues} values; make one of them smaller`,
  });

export type SyntheticOptions = z.infer<typeof syntheticOptions>;

/**
 * Gaussian blobs for tests: class c has a prototype μ_c ~ U[0.1, 0.9]^width, and its samples are
 * x = clip(μ_c + spread · ε, 0, 1) with ε ~ N(0, I). At the default width two prototypes are about 1.8 apart, 18 times
 * the default spread. Row r is of class r mod `classes`. The same options give the same data.
 */
export function syntheticDataset(options: SyntheticOptions): Dataset {
  const streams = new RandomStreams(options.seed);
  const draw = streams.stream('synthetic/prototypes');
  const prototypes = Float32Array.from({ length: options.classes * options.width }, () => 0.1 + 0.8 * draw.uniform());
  return {
    name: 'synthetic',
    train: blobs(prototypes, options, options.trainPerClass, streams.stream('synthetic/train')),
    test: blobs(prototypes, options, options.testPerClass, streams.stream('synthetic/test')),
    classes: Array.from({ length: options.classes }, (_, c) => c),
    source: `Gaussian blobs, made from seed ${options.seed}.`,
  };
}

function blobs(
  prototypes: Float32Array,
  { classes, width, spread }: SyntheticOptions,
  perClass: number,
  random: RandomStream,
): Samples {
  const features = new Float32Array(classes * perClass * width);
  random.fillNormal(features);
  // Rows go through the classes in turn, so the prototypes repeat all along the array.
  for (let i = 0; i < features.length; i++) {
    const value = (prototypes[i % prototypes.length] ?? 0) + spread * (features[i] ?? 0);
    features[i] = Math.min(1, Math.max(0, value));
  }
  const labels = Int32Array.from({ length: classes * perClass }, (_, row) => row % classes);
  return arraySamples({ features, labels, shape: [width] });
}
