import { z } from 'zod';
import type { Samples } from '../core/dataset.js';
import type { Experience } from '../core/experience.js';
import { footprintOfSamples } from '../core/footprint.js';
import { meanOf, realBatch } from './batches.js';
import type { LearnerContext } from './context.js';
import { defineLearner, type Strategy } from './define-learner.js';
import { modelOptions } from './model-options.js';
import { Model } from './model.js';
import { unitedSamples } from './united-samples.js';

/** The options of learners that are {@link onAllSamples}. */
export const onAllSamplesOptions = z.strictObject(modelOptions);

/**
 * Trains at each experience on the samples of all experiences so far, which it keeps. A checkpoint does not hold them: they
 * are reattached when a run goes on.
 *
 * @param anew whether each experience begins with a network that has learnt nothing
 */
export function onAllSamples(
  options: z.output<typeof onAllSamplesOptions>,
  { engine, random, shape, width, classCount }: LearnerContext,
  anew: boolean,
): Strategy {
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
      model.begin(experience, iterations, anew);
    },
    async step({ samples, rows }) {
      // Rows are of any task so far: which outputs they compete among goes by their own.
      const { rowLosses } = await model.step({ ...realBatch(samples, rows, model.classes), newRows: 0 });
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
}

/** {@link onAllSamples}, with a network that goes on. */
export const joint = defineLearner({
  summary: 'Keeps and trains on the data of all tasks so far: the upper bound.',
  options: onAllSamplesOptions,
  create: (options, context) => onAllSamples(options, context, false),
});
