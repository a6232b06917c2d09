import { z } from 'zod';
import type { Experience } from '../core/experience.js';
import { footprintOfSamples } from '../core/footprint.js';
import { meanOf, rehearsalWeights, replayBatch } from './batches.js';
import { defineLearner } from './define-learner.js';
import { bufferOf, bufferOptions } from './buffer-options.js';
import type { FeaturesOf } from './exemplar-buffer.js';
import { modelOptions } from './model-options.js';
import { Model } from './model.js';
import { newShare } from './new-share.js';

const options = {
  ...modelOptions,
  ...bufferOptions,
  replaySize: z.int().min(1).optional().describe('Stored samples in a step; as many as new ones where not given.'),
  fill: z
    .enum(['after-task', 'after-step'])
    .default('after-task')
    .describe(
      'When samples are offered to the buffer: those of a task when it is over, so that only earlier tasks are replayed, or those ' +
        'of a step behind it.',
    ),
};

const weightRules = ['classes', 'tasks', 'rows', 'sum'] as const;

/** Weights of the rows of a step by one of the rules. */
function weightsOf(
  by: (typeof weightRules)[number],
  [fresh, stored]: readonly [number, number],
  experience: Experience,
  seen: number,
): Float32Array {
  if (by === 'rows') return new Float32Array(fresh + stored).fill(1 / (fresh + stored));
  if (by === 'sum') return new Float32Array(fresh + stored).fill(1 / fresh, 0, fresh).fill(1 / stored, fresh);
  return rehearsalWeights(fresh, stored, newShare(experience, seen, by));
}

/** Experience replay with defaults of its own. */
export function replayer(
  summary: string,
  defaults: { readonly outputs: 'seen' | 'batch'; readonly newShare: 'classes' | 'sum' },
) {
  return defineLearner({
    summary,
    options: z.strictObject({
      ...options,
      outputs: options.outputs.unwrap().default(defaults.outputs),
      newShare: z
        .enum(weightRules)
        .default(defaults.newShare)
        .describe(
          'Weight of new samples against stored ones: classes of the task / classes seen, 1 / tasks so far, one mean over the rows ' +
            'of both, or the sum of two means.',
        ),
    }),
    create(chosen, { engine, random, shape, width, classCount }) {
      const { bufferSize, samplesPerClass, buffer: rule, replaySize, fill, newShare: by, ...ofModel } = chosen;
      const features: FeaturesOf = (some, count) => model.features(some, count);
      const buffer = bufferOf(
        { bufferSize, samplesPerClass, buffer: rule },
        width,
        fill === 'after-task' ? features : undefined,
      );
      const model: Model = new Model(engine, { ...ofModel, width, shape, classCount }, random.stream('classifier'));
      return {
        state: { model, buffer },
        model,
        before: (experience, iterations) => {
          model.begin(experience, iterations);
        },
        async step({ experience, samples, rows }) {
          const stored = buffer.draw(Math.min(buffer.size, replaySize ?? rows.length), random.stream('replay'));
          const weights = weightsOf(by, [rows.length, stored.count], experience, model.classes.length);
          const { rowLosses } = await model.step(replayBatch(samples, rows, stored, model.classes, weights));
          if (fill === 'after-step') await buffer.offer(samples, rows, random.stream('buffer'));
          const fresh = { new: meanOf(rowLosses, 0, rows.length) };
          return stored.count === 0 ? fresh : { ...fresh, replay: meanOf(rowLosses, rows.length) };
        },
        async *after({ train }) {
          if (fill === 'after-step') return;
          await buffer.offer(train, random.stream('buffer').permutation(train.size), random.stream('buffer'));
        },
        footprint: () => footprintOfSamples(buffer.size, width),
        dispose: () => {
          model.dispose();
        },
      };
    },
  });
}

/**
 * Experience replay (Chaudhry et al. 2019, "On tiny episodic memories in continual learning"): each step trains on new samples
 * and on as many from a buffer,
 *
 *     L = s·CE(new) + (1 − s)·CE(buffer),
 *
 * s by `newShare`: 1/t at task t is that of van de Ven et al. 2022, one mean over the rows of both that of Mammoth. Keeps real
 * samples.
 */
export const er = replayer(
  'Trains on new samples and on some that it keeps of earlier tasks (experience replay, ER).',
  {
    outputs: 'seen',
    newShare: 'classes',
  },
);
