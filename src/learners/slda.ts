import { z } from 'zod';
import type { Samples } from '../core/dataset.js';
import { topClasses } from '../core/teacher.js';
import { meanOf, realBatch } from './batches.js';
import { ClassStatistics } from './class-statistics.js';
import { defineLearner } from './define-learner.js';
import { inOrder, linearFunction } from './linear-classifier.js';
import { modelOptions } from './model-options.js';
import { Model } from './model.js';

/**
 * Streaming linear discriminant analysis (Hayes & Kanan 2020, "Lifelong machine learning with deep streaming linear
 * discriminant analysis"): class means μ_y and one within-class covariance Σ of features, and no gradient,
 *
 *     logits = W·φ(x) + b,   W = M·((1 − ε)Σ + εI)⁻¹,   b_y = −½·μ_yᵀ((1 − ε)Σ + εI)⁻¹μ_y,   Σ = S/N,
 *
 * with S the scatter about the mean of the sample's own class. The order of samples makes no difference but for rounding:
 * batches are merged exactly (Chan, Golub & LeVeque 1983), where the authors' code takes each class's first sample against a
 * mean of zero and weighs by the number of all samples.
 *
 * Features are the samples themselves, or what the last hidden layer of a classifier makes of them that learns the first
 * experience and then stays. Keeps μ and S (8 bytes a value), no sample.
 */
export const slda = defineLearner({
  summary:
    'Class means and one covariance of features, in closed form: no gradient, nothing to forget (streaming LDA).',
  options: z.strictObject({
    ...modelOptions,
    features: z
      .enum(['input', 'hidden'])
      .default('input')
      .describe(
        'Samples as they are, or what the last hidden layer of a classifier makes of them that learns the first task and stays.',
      ),
    shrinkage: z.number().gt(0).max(1).default(1e-4).describe('ε: share of the identity in the covariance.'),
  }),
  create({ features, shrinkage, ...options }, { engine, random, shape, width, classCount, plan }) {
    const model = new Model(engine, { ...options, width, shape, classCount }, random.stream('classifier'));
    const hidden = features === 'hidden';
    const featureWidth = hidden ? model.featureWidth : width;
    const statistics = new ClassStatistics(engine, featureWidth);
    const phi = (x: Float32Array, count: number): Promise<Float32Array> =>
      hidden ? model.features(x, count) : Promise.resolve(x);
    /** Whether what comes is learnt by gradient: the first experience, where features are hidden, until it is counted. */
    const byGradient = (): boolean => hidden && statistics.isEmpty;

    const count = async (samples: Samples, rows: Uint32Array): Promise<void> => {
      const x = new Float32Array(rows.length * samples.width);
      samples.copyRows(rows, x);
      const labels = Int32Array.from(rows, (row) => samples.label(row));
      await statistics.add(await phi(x, rows.length), labels);
    };

    return {
      state: hidden ? { statistics, model } : { statistics },
      model: {
        async predict(x, rows) {
          // While the first task is learnt by gradient, the classifier that learns it answers.
          if (byGradient()) return model.predict(x, rows);
          const logits = statistics.logits(shrinkage, await phi(x, rows), rows);
          return { labels: topClasses(logits, statistics.classes, rows), logits };
        },
        trainedFunction: () =>
          linearFunction({
            ...{ name: 'slda', by: 'linear discriminant analysis', width, classes: statistics.classes },
            ...statistics.discriminant(shrinkage),
            features: hidden ? model.featureFunction() : undefined,
          }),
      },
      // Rows are counted once, in their order; those of an experience that is learnt by gradient when it is over.
      schedule: (samples) => (byGradient() ? undefined : inOrder(samples, plan.batchSize)),
      before(experience, iterations) {
        if (byGradient()) model.begin(experience, iterations);
        statistics.meet(experience.newClasses);
      },
      async step({ samples, rows }) {
        if (byGradient()) return { new: meanOf((await model.step(realBatch(samples, rows, model.classes))).rowLosses) };
        await count(samples, rows);
        return {};
      },
      async *after({ train }) {
        if (!byGradient()) return;
        const { iterations, batches } = inOrder(train, plan.batchSize);
        for (let i = 0; i < iterations; i++) {
          const next = batches.next();
          if (next.done !== true) await count(train, next.value.rows);
        }
      },
      footprint: () => ({ memoryBytes: statistics.bytes(), statisticsBytes: statistics.bytes(), storedSamples: 0 }),
      dispose() {
        statistics.dispose();
        model.dispose();
      },
    };
  },
});
