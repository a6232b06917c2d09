import { z } from 'zod';
import { defineLearner } from './define-learner.js';
import { dreamLabels } from './distillation.js';
import { modelOptions } from './model-options.js';
import { newShareOption } from './new-share.js';
import { pseudoRehearsal } from './pseudo-rehearsal.js';

/**
 * Pseudo-rehearsal (Robins 1995) by reinjection (Solinas et al. 2020, algorithm 2): each step trains the classifier, and the
 * memory itself, on a batch of new samples and a batch of new dreams labelled by the classifier of the end of the last task,
 *
 *     L = s·CE(new) + (1 − s)·T²·CE(dreams, softmax(z / T)),
 *
 * with s the share of the classes seen that the task has ({@link import('./new-share.js').newShare}). With s = 1/t at task t and T = 2 it is that of van
 * de Ven & Tolias 2018. Keeps the memory and the teacher; no real sample outlives its task but those that the
 * memory says it stores.
 */
export const rehearsal = defineLearner({
  summary: 'Trains on new data and on dreams of the old, labelled by its former self; stores no real sample.',
  options: z.strictObject({
    ...modelOptions,
    labels: z
      .enum(dreamLabels)
      .default('soft')
      .describe('What dreams are taught with: all that the teacher thinks of them, or its first choice alone.'),
    temperature: z.number().min(1).default(2).describe('Of soft labels; hard ones have none.'),
    dreams: z.int().min(1).optional().describe('Dreams per optimiser step; as many as new samples where not given.'),
    newShare: newShareOption,
    memoryShare: z
      .number()
      .positive()
      .max(1)
      .default(0.75)
      .describe("Share of a step's samples and dreams that the memory trains on; its step is the most expensive part."),
    memoryEvery: z
      .int()
      .min(1)
      .default(2)
      .describe('The memory trains at every so many steps, the classifier at each.'),
  }),
  create: async (options, context) => pseudoRehearsal(options, context, await context.memory()),
});
