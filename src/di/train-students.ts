import type { Samples } from '../core/dataset.js';
import { topClasses } from '../core/teacher.js';
import { RandomStreams } from '../core/random.js';
import { isRecord, type Json } from '../core/snapshot.js';
import { arraySamples } from '../core/array-samples.js';
import type { TrainStudent } from '../memory/diagnostics/check-dreams.js';
import { accuracyAfterLearning } from '../experiment/accuracy-after-learning.js';
import type { SavedRun } from '../experiment/saved-run.js';
import { networkChoice } from '../learners/network-choice.js';
import { optimiserChoice } from '../learners/optimiser-choice.js';
import { learnerConfiguration } from '../scenarios/saved-configuration.js';
import type { Composition } from './composition.js';

export interface StudentOptions {
  /** Optimiser steps of each student. */
  readonly iterations: number;
  readonly seed: number;
}

/**
 * Trains students: new classifiers, plainly trained, with the network and the optimiser of the run's learner where it has
 * those of the classifiers here. All students of a seed begin alike and see as many batches, so that only what they learn differs.
 *
 * @param test real samples that they are measured on
 */
export function trainStudents(
  composition: Composition,
  run: SavedRun,
  test: Samples,
  { iterations, seed }: StudentOptions,
): TrainStudent {
  const { description, sampleShape, tasks } = run.checkpoint.state;
  const { learner, plan } = learnerConfiguration(description.configuration, run.checkpointPath);
  const classes = [...new Set(tasks.flat())];
  const choice = { name: 'finetune', options: networkOf(learner.options) };
  return async (taught) => {
    const train =
      'logits' in taught
        ? arraySamples({
            features: taught.features,
            labels: topClasses(taught.logits, taught.classes, taught.count),
            shape: sampleShape,
          })
        : taught;
    const student = await composition.newLearnerLike(
      run,
      choice,
      { budget: { iterations }, batchSize: plan.batchSize },
      new RandomStreams(seed),
    );
    try {
      return await accuracyAfterLearning(student, { index: 1, classes, newClasses: classes, train }, test);
    } finally {
      student.dispose();
    }
  };
}

/** What of a learner's options describes a network such as the plain classifier has. */
function networkOf(options: Json): Json {
  const { hidden = null, learningRate = null, network = null, optimiser = null } = isRecord(options) ? options : {};
  const widths = Array.isArray(hidden) && hidden.every((width) => Number.isInteger(width) && Number(width) > 0);
  return {
    ...(widths ? { hidden } : {}),
    ...(typeof learningRate === 'number' && learningRate > 0 ? { learningRate } : {}),
    ...(networkChoice.safeParse(network).success ? { network } : {}),
    ...(optimiserChoice.safeParse(optimiser).success ? { optimiser } : {}),
  };
}
