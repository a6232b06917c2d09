import { z } from 'zod';
import { meanOf, realBatch } from './batches.js';
import { defineLearner } from './define-learner.js';
import { modelOptions } from './model-options.js';
import { Model } from './model.js';

/** Trains on each experience alone and does nothing against forgetting. Keeps nothing but the model. */
export const finetune = defineLearner({
  summary: 'Trains on each task alone and forgets: the lower bound.',
  options: z.strictObject(modelOptions),
  create(options, { engine, random, shape, width, classCount }) {
    const model = new Model(engine, { ...options, width, shape, classCount }, random.stream('classifier'));
    return {
      state: { model },
      model,
      before: (experience, iterations) => {
        model.begin(experience, iterations);
      },
      async step({ samples, rows }) {
        const { rowLosses } = await model.step(realBatch(samples, rows, model.classes));
        return { new: meanOf(rowLosses) };
      },
      footprint: () => ({ memoryBytes: 0, storedSamples: 0 }),
      dispose: () => {
        model.dispose();
      },
    };
  },
});
