import { z } from 'zod';
import { shuffledBatches } from '../core/batches.js';
import { batchSizeFor, iterationsFor } from '../core/experience.js';
import { footprintOfSamples } from '../core/footprint.js';
import { isRecord } from '../core/snapshot.js';
import { meanOf, realBatch } from './batches.js';
import { bufferOf, bufferOptions } from './buffer-options.js';
import { defineLearner, type Stateful } from './define-learner.js';
import { modelOptions } from './model-options.js';
import { Model } from './model.js';
import { samplesOf } from './stored-samples.js';

/**
 * GDumb (Prabhu et al. 2020, "GDumb: a simple approach that questions our progress in continual learning"): the samples of a
 * task pass a greedy balancing buffer once (algorithm 1), and a new network learns what is in it, and nothing else
 * (algorithm 2). What it answers does not depend on what it learnt before.
 *
 * The authors train 256 passes of SGD with warm restarts and CutMix, of batches of 16; here length and batch are those of the
 * scenario unless `epochs` is given, and samples are not mixed.
 */
export const gdumb = defineLearner({
  summary: 'Fills a balanced buffer greedily and trains a new network on it alone at each task (GDumb).',
  options: z.strictObject({
    ...modelOptions,
    ...bufferOptions,
    buffer: bufferOptions.buffer.unwrap().default('greedy').describe('Which samples are kept.'),
    epochs: z
      .int()
      .min(1)
      .optional()
      .describe('Passes over the buffer at each task; the length of training of the scenario where not given.'),
  }),
  create({ bufferSize, samplesPerClass, buffer: rule, epochs, ...ofModel }, context) {
    const { engine, random, shape, width, classCount, plan } = context;
    const buffer = bufferOf({ bufferSize, samplesPerClass, buffer: rule }, width);
    const model = new Model(engine, { ...ofModel, width, shape, classCount }, random.stream('classifier'));
    /** Number of the last experience that passed the buffer: one that goes on from a checkpoint passes it no second time. */
    let passed = 0;
    const passage: Stateful = {
      save: () => ({ json: { passed }, tensors: {} }),
      restore({ json }) {
        passed = isRecord(json) && typeof json['passed'] === 'number' ? json['passed'] : 0;
      },
    };
    return {
      state: { model, buffer, passage },
      model,
      async samplesFor({ index, train }) {
        if (passed < index) {
          await buffer.offer(train, random.stream('buffer').permutation(train.size), random.stream('buffer'));
        }
        passed = index;
        return samplesOf(buffer.exemplars, shape);
      },
      schedule(samples) {
        if (epochs === undefined) return undefined;
        const { size } = samples;
        return {
          iterations: iterationsFor({ ...plan, budget: { epochs } }, size),
          batches: shuffledBatches(samples, batchSizeFor(plan, size), random.stream('batches')),
        };
      },
      before: (experience, iterations) => {
        model.begin(experience, iterations, true);
      },
      async step({ samples, rows }) {
        // Rows are of any task so far: which outputs they compete among goes by their own.
        const { rowLosses } = await model.step({ ...realBatch(samples, rows, model.classes), newRows: 0 });
        return { stored: meanOf(rowLosses) };
      },
      footprint: () => footprintOfSamples(buffer.size, width),
      dispose: () => {
        model.dispose();
      },
    };
  },
});
