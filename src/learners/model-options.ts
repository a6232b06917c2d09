import { z } from 'zod';
import { maxWidth } from '../engine/networks/size-limit.js';
import { classLossNames } from './class-losses.js';

/** The options of the network and its training, which every learner with a {@link import('./model.js').Model} takes. */
export const modelOptions = {
  hidden: z
    .array(z.int().min(1).max(maxWidth))
    .max(10)
    .default([400, 400])
    .describe("Widths of the classifier's hidden layers."),
  learningRate: z.number().positive().default(0.001).describe("Adam's α."),
  decay: z
    .enum(['cosine'])
    .optional()
    .describe('Lets the learning rate fall to 0 over each task, along half a cosine; it stays if not given.'),
  loss: z
    .enum(classLossNames)
    .default('cross-entropy')
    .describe(
      'What the classifier is trained with, on new samples and dreams alike: softmax cross-entropy; the same as a ' +
        'Kullback–Leibler divergence, which is 0 where it agrees with its teacher; or binary cross-entropy, each class by itself.',
    ),
};
