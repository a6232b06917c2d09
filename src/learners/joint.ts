import { z } from 'zod';
import type { Samples } from '../core/dataset.js';
import type { Experience } from '../core/experience.js';
import { footprintOfSamples } from '../core/footprint.js';
import { meanOf, realBatch } from './batches.js';
import { defineLearner } from './define-learner.js';
import { modelOptions } from './model-options.js';
import { Model } from './model.js';
import { unitedSamples } from './united-samples.js';

/**
 * Trains at each experience on the samples of all experiences so far, which it keeps. A checkpoint does not hold them: they
 * are reattached when a run goes on.
 */
export const joint = defineLearner({
  summary: 'Keeps and trains on the data of all tasks so far: the upper bound.',
  options: z.strictObject(modelOptions),
  create(options, { engine, random, shape, width, classCount }) {
    const model = new Model(engine, { ...options, width, shape, classCount }, random.stream('classifier'));
    const kept: Samples[] = [];
    const reattach = ({ train }: Experience): void => {
      kept.push(train);
    };
    return {
      state: { model },
      model,
      reattach,
      samplesFor(experience) {
        reattach(experience);
        return unitedSamples(kept);
      },
      before: (experience, iterations) => {
        model.begin(experience, iterations);
      },
      async step({ samples, rows }) {
        const { rowLosses } = await model.step(realBatch(samples, rows, model.classes));
        return { new: meanOf(rowLosses) };
      },
      footprint() {
        const storedSamples = kept.reduce((total, { size }) => total + size, 0);
        return footprintOfSamples(storedSamples, width);
      },
      dispose: () => {
        model.dispose();
      },
    };
  },
});
