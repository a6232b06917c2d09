import { z } from 'zod';
import { footprintOfSamples } from '../core/footprint.js';
import { combine, part } from '../core/snapshot.js';
import { meanOf, realBatch } from './batches.js';
import { bufferOf, bufferOptions } from './buffer-options.js';
import { defineLearner, type Stateful } from './define-learner.js';
import type { FrozenModel } from './frozen-model.js';
import { modelOptions } from './model-options.js';
import { Model } from './model.js';
import { NearestMeans } from './nearest-means.js';
import { samplesOf } from './stored-samples.js';
import { unitedSamples } from './united-samples.js';

/**
 * iCaRL (Rebuffi et al. 2017, "iCaRL: incremental classifier and representation learning", algorithms 1 to 5): the network is
 * trained on new samples and exemplars with binary cross-entropy, whose targets are, for new classes, 1 for the sample's own, and
 * for earlier ones what the network of the end of the last task said of the sample: σ of its logit, or of its logit / T as in the
 * code of van de Ven et al. 2022. The answer
 * is the class whose exemplars have the nearest mean of features ({@link NearestMeans}).
 *
 * Exemplars are chosen by herding when a task is over. The authors keep 2,000 of all classes; here 1,000 unless it is given.
 */
export const icarl = defineLearner({
  summary: 'Keeps exemplars, distils its former self, and answers by the nearest mean of their features (iCaRL).',
  options: z.strictObject({
    ...modelOptions,
    loss: z.literal('binary-cross-entropy').default('binary-cross-entropy').describe('Each class by itself.'),
    ...bufferOptions,
    buffer: bufferOptions.buffer.unwrap().default('herding').describe('Which samples are kept.'),
    temperature: z
      .number()
      .min(1)
      .default(1)
      .describe(
        'T, which logits of the former network are divided by for the targets of earlier classes; the paper has none: 1.',
      ),
  }),
  create({ bufferSize, samplesPerClass, buffer: rule, temperature, ...options }, context) {
    const { engine, random, shape, width, classCount } = context;
    const ofModel = { ...options, width, shape, classCount };
    const model: Model = new Model(engine, ofModel, random.stream('classifier'));
    const buffer = bufferOf({ bufferSize, samplesPerClass, buffer: rule }, width, (x, count) =>
      model.features(x, count),
    );
    const means = new NearestMeans(model, () => buffer.exemplars, width);
    let former: FrozenModel | undefined;
    const taught: Stateful = {
      save: () => combine(former === undefined ? {} : { former: former.save() }),
      restore(snapshot) {
        const saved = part(snapshot, 'former');
        former?.dispose();
        former = saved && model.frozen(saved);
        means.forget();
      },
    };
    return {
      state: { model, buffer, taught },
      model: means,
      samplesFor: ({ train }) =>
        buffer.size === 0 ? train : unitedSamples([train, samplesOf(buffer.exemplars, shape)]),
      before: (experience, iterations) => {
        model.begin(experience, iterations);
      },
      async step({ samples, rows }) {
        const batch = realBatch(samples, rows, model.classes);
        if (former !== undefined) {
          const logits = await former.label(batch.features, batch.count);
          const tempered = logits.map((z) => z / temperature);
          setFormerTargets(batch.targets, tempered, former.classes.length, model.classes.length);
        }
        const { rowLosses } = await model.step(batch);
        means.forget();
        return { new: meanOf(rowLosses) };
      },
      async *after({ train }) {
        await buffer.offer(train, random.stream('buffer').permutation(train.size), random.stream('buffer'));
        means.forget();
        former?.dispose();
        former = model.freeze();
      },
      footprint() {
        const samples = footprintOfSamples(buffer.size, width);
        return { ...samples, memoryBytes: samples.memoryBytes + (former?.bytes() ?? 0) };
      },
      dispose() {
        former?.dispose();
        model.dispose();
      },
    };
  },
});

/** Puts σ(z*) into the first `old` of the `all` columns of each row. @param logits z*, of the former network */
export function setFormerTargets(targets: Float32Array, logits: Float32Array, old: number, all: number): void {
  logits.forEach((z, i) => {
    targets[Math.floor(i / old) * all + (i % old)] = 1 / (1 + Math.exp(-z));
  });
}
