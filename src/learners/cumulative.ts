import { defineLearner } from './define-learner.js';
import { onAllSamples, onAllSamplesOptions } from './joint.js';

/** {@link onAllSamples}, with a new network at each experience. */
export const cumulative = defineLearner({
  summary: 'Keeps the data of all tasks so far and trains a new network on them at each task.',
  options: onAllSamplesOptions,
  create: (options, context) => onAllSamples(options, context, true),
});
