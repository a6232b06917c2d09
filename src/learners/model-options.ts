import { z } from 'zod';
import type { Shape } from '../core/tensor.js';
import { maxWidth } from '../engine/networks/size-limit.js';
import { classLossNames, type ClassLoss } from './class-losses.js';
import { defaultHidden, networkChoice, type NetworkChoice } from './network-choice.js';
import { optimiserChoice, type ModelOptimiser } from './optimiser-choice.js';
import { outputsOption, type OutputRule } from './output-rules.js';

/** The options of the network and its training, which every learner with a {@link import('./model.js').Model} takes. */
export const modelOptions = {
  hidden: z
    .array(z.int().min(1).max(maxWidth))
    .max(10)
    .default([...defaultHidden])
    .describe("Widths of the classifier's hidden layers, where no network is given; not together with one."),
  network: networkChoice
    .optional()
    .describe(
      'Network of the classifier; its options take the place of hidden. Fully connected layers of these widths if not given.',
    ),
  optimiser: optimiserChoice.optional().describe('What trains the classifier; Adam if not given.'),
  learningRate: z.number().positive().default(0.001).describe("The optimiser's α."),
  decay: z
    .enum(['cosine'])
    .optional()
    .describe('Lets the learning rate fall to 0 over each task, along half a cosine; it stays if not given.'),
  outputs: outputsOption,
  resetOptimiser: z
    .boolean()
    .default(true)
    .describe('Whether the optimiser forgets its moments and its step count when a task begins.'),
  loss: z
    .enum(classLossNames)
    .default('cross-entropy')
    .describe(
      'What the classifier is trained with, on new samples and dreams alike: softmax cross-entropy; the same as a ' +
        'Kullback–Leibler divergence, which is 0 where it agrees with its teacher; or binary cross-entropy, each class by itself.',
    ),
};

export interface ModelOptions extends ModelOptimiser {
  /** Values per sample. */
  readonly width: number;
  /** Of one sample; [width] unless given. */
  readonly shape?: Shape;
  /** Widths of the hidden layers, where no network is given. */
  readonly hidden: readonly number[];
  /** A perceptron with those hidden layers unless given. */
  readonly network?: NetworkChoice | undefined;
  readonly loss: ClassLoss;
  /** Which outputs compete in a step; `seen` unless given. */
  readonly outputs?: OutputRule | undefined;
  /** Classes that the stream has in all, for `outputs: all`. */
  readonly classCount?: number;
  /** Trains in a thread of its own where the engine has one to give; see {@link Model.stepDuring}. */
  readonly ownThread?: boolean;
}
