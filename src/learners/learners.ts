import { z } from 'zod';
import type { Learner } from '../core/learner.js';
import { definePart, type NamedPart } from '../core/part.js';
import { classLossNames } from './class-losses.js';
import type { LearnerContext } from './context.js';
import { dreamLabels } from './distillation.js';
import { finetune } from './finetune.js';
import { Joint } from './joint.js';
import { Rehearsal } from './rehearsal.js';

const network = {
  hidden: z.array(z.int().min(1)).max(10).default([400, 400]).describe("Widths of the classifier's hidden layers."),
  learningRate: z.number().positive().default(0.001).describe("Adam's α."),
  decay: z
    .enum(['cosine'])
    .optional()
    .describe('Lets the learning rate fall to 0 over each task, along half a cosine; it stays if not given.'),
  loss: z
    .enum(classLossNames)
    .default('cross-entropy')
    .describe(
      'What the classifier is trained with, on new samples and dreams alike: softmax cross-entropy; the same told as ' +
        'Kullback–Leibler divergence, which is 0 where it agrees with its teacher; or binary cross-entropy, each class by itself.',
    ),
};

/** The learners that a scenario can name. */
export const learners = {
  finetune: definePart({
    summary: 'Trains on each task alone and forgets: the lower bound.',
    options: z.strictObject(network),
    create: (options, context: LearnerContext) => finetune(options, context),
  }),
  joint: definePart({
    summary: 'Keeps and trains on the data of all tasks so far: the upper bound.',
    options: z.strictObject(network),
    create: (options, context: LearnerContext) => new Joint(options, context),
  }),
  rehearsal: definePart({
    summary: 'Trains on new data and on dreams of the old, labelled by its former self; stores no real sample.',
    options: z.strictObject({
      ...network,
      labels: z
        .enum(dreamLabels)
        .default('soft')
        .describe('What dreams are taught with: all that the teacher thinks of them, or its first choice alone.'),
      temperature: z.number().min(1).default(2).describe('Of soft labels; hard ones have none.'),
      dreams: z.int().min(1).optional().describe('Dreams per optimiser step; as many as new samples where not given.'),
      memoryShare: z
        .number()
        .positive()
        .max(1)
        .default(0.75)
        .describe("Share of a step's samples and dreams that the memory trains on; its step is the dearest part."),
      memoryEvery: z
        .int()
        .min(1)
        .default(2)
        .describe('The memory trains at every so many steps, the classifier at each.'),
    }),
    create: async (options, context: LearnerContext) => new Rehearsal(options, context, await context.memory()),
  }),
} as const satisfies Record<string, NamedPart<LearnerContext, Learner>>;
