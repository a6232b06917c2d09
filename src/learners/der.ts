import { z } from 'zod';
import type { Samples } from '../core/dataset.js';
import { footprintOfSamples } from '../core/footprint.js';
import { joined } from '../core/tensor.js';
import { meanOf, realBatch, replayBatch, type Batch } from './batches.js';
import type { LearnerContext } from './context.js';
import { defineLearner, type Strategy } from './define-learner.js';
import { bufferOf, bufferOptions } from './buffer-options.js';
import { logitMatching, storedBatch } from './logit-matching.js';
import { modelOptions } from './model-options.js';
import { Model } from './model.js';
import type { Exemplar, Exemplars } from './stored-samples.js';

const schema = z.strictObject({
  ...modelOptions,
  ...bufferOptions,
  buffer: bufferOptions.buffer.unwrap().default('reservoir').describe('Which samples are kept.'),
  replaySize: z.int().min(1).default(128).describe('Stored samples in a step, for each of its terms.'),
  alpha: z.number().min(0).default(0.5).describe('α: weight of the squared difference from stored logits.'),
});

/** @param beta weight of the cross-entropy of stored samples */
function darkReplay(
  { bufferSize, samplesPerClass, buffer: rule, replaySize, alpha, ...ofModel }: z.output<typeof schema>,
  beta: number,
  { engine, random, shape, width, classCount }: LearnerContext,
): Strategy {
  const buffer = bufferOf({ bufferSize, samplesPerClass, buffer: rule }, width);
  const sizes = () => ({ rows: replaySize, width, classes: model.classes.length });
  const ofClassifier = { ...ofModel, width, shape, classCount };
  const model: Model = new Model(engine, ofClassifier, random.stream('classifier'), () => ({
    terms: [logitMatching(alpha, sizes())],
  }));
  const draw = (): Exemplars => buffer.draw(replaySize, random.stream('replay'));

  const withReplay = (samples: Samples, rows: Uint32Array, stored: Exemplars): Batch => {
    const weights = new Float32Array(rows.length + stored.count).fill(1 / rows.length, 0, rows.length);
    return replayBatch(samples, rows, stored, model.classes, weights.fill(beta / stored.count, rows.length));
  };

  /** Completes what is stored with samples: the logits that they have now, of classes for which they have none. */
  const complete = async (exemplars: readonly Exemplar[]): Promise<void> => {
    if (exemplars.length === 0) return;
    const logits = await model.logits(joined(exemplars.map(({ features }) => features)), exemplars.length);
    const classes = model.classes.length;
    exemplars.forEach((exemplar, i) => {
      const { extras } = exemplar;
      exemplar.extras = joined([extras, logits.subarray(i * classes + extras.length, (i + 1) * classes)]);
    });
  };

  return {
    state: { model, buffer },
    model,
    async before(experience, iterations) {
      model.begin(experience, iterations);
      await complete(buffer.exemplars);
    },
    async step({ samples, rows }) {
      const feeds = storedBatch(draw(), sizes());
      // A second draw, independent of the first, as in the authors' code.
      const stored = beta === 0 ? undefined : draw();
      const replays = stored !== undefined && stored.count > 0;
      const batch = replays ? withReplay(samples, rows, stored) : realBatch(samples, rows, model.classes);
      const { rowLosses, terms } = await model.step(batch, feeds);
      await complete(await buffer.offer(samples, rows, random.stream('buffer')));
      const losses = { new: meanOf(rowLosses, 0, rows.length), ...terms };
      return replays ? { ...losses, replay: meanOf(rowLosses, rows.length) } : losses;
    },
    footprint() {
      const samples = footprintOfSamples(buffer.size, width);
      const ofLogits = buffer.exemplars.reduce((sum, { extras }) => sum + extras.byteLength, 0);
      const memoryBytes = samples.memoryBytes + ofLogits;
      return { ...samples, memoryBytes, statisticsBytes: memoryBytes };
    },
    dispose: () => {
      model.dispose();
    },
  };
}

/**
 * Dark experience replay (Buzzega et al. 2020, equation 5): the logits of stored samples stay what they were when these came,
 *
 *     L = CE(new) + α·‖z(x_b) − z_b‖²   ({@link logitMatching}).
 *
 * A reservoir, filled behind each step. Where the head grows, the logits of the new classes are stored for the samples that are
 * there before the first step: they begin as what untrained outputs make of these, as they do where all outputs are there from the
 * start. Without them nothing would keep old samples from being taken for new classes. Keeps real samples, each with its logits.
 */
export const der = defineLearner({
  summary: 'Keeps samples with the logits that they had, and holds the network to these (dark experience replay, DER).',
  options: schema,
  create: (options, context) => darkReplay(options, 0, context),
});

/** {@link der} with cross-entropy of a second batch of stored samples in addition, β·CE (Buzzega et al. 2020, equation 6). */
export const derPlusPlus = defineLearner({
  summary: 'Dark experience replay that learns the classes of stored samples as well (DER++).',
  options: schema.extend({
    beta: z.number().min(0).default(0.5).describe('β: weight of the cross-entropy of stored samples.'),
  }),
  create: ({ beta, ...options }, context) => darkReplay(options, beta, context),
});
