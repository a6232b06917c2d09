import { z } from 'zod';
import { ReverieError } from '../core/errors.js';
import { joined } from '../core/tensor.js';
import { topClasses } from '../core/teacher.js';
import { defineLearner } from './define-learner.js';
import { inOrder, linearFunction, linearLogits } from './linear-classifier.js';
import { featureOptions, RandomFeatures } from './random-features.js';
import { RidgeChoice } from './ridge-choice.js';
import { ridgeBytes, RidgeStatistics } from './ridge-statistics.js';

/** Features at most: G of more would take more than 1 GiB. */
const maxWidth = 16_000;

/** Features where neither their number nor bytes are given. */
const defaultWidth = 1000;

/** Rows whose features are held at once while they are classified. */
const answered = 1024;

/**
 * Ridge regression of classes on random features of samples, in closed form,
 *
 *     W = (G + λI)⁻¹Q,   G = Σφφᵀ,   Q = Σφyᵀ,   logits = φ(x)·W,
 *
 * which is the solution of the recursive form R ← R − RXᵀ(I + XRXᵀ)⁻¹XR, W ← W + RXᵀ(Y − XW) from R = I/λ (ACIL, Zhuang et al. 2022,
 * equations 9 and 10) and of all samples at once: what comes in which order makes no difference but for rounding. The rule of
 * RanPAC (McDonnell et al. 2023, algorithm 1), with features of samples in place of those of a trained network.
 *
 * Keeps G and Q, 4·D·(D + 1) + 8·D·C bytes for D features and C classes, and no sample; the random matrices are drawn again.
 * A sample costs D²/2 products, an answer after new samples D³/6: see `docs/learners.md` for seconds.
 */
export const randomRidge = defineLearner({
  summary: 'Ridge regression on random features of samples, in closed form: no gradient, nothing to forget.',
  options: z
    .strictObject({
      width: z
        .int()
        .min(1)
        .max(maxWidth)
        .optional()
        .describe(`Number of features, D; ${defaultWidth} where neither it nor bytes is given.`),
      bytes: z
        .int()
        .min(1)
        .optional()
        .describe(
          'What G and Q may take when all classes are known; as many features as go into them. Not with width.',
        ),
      ...featureOptions,
      ridge: z
        .union([z.number().positive(), z.literal('validation')])
        .default(1)
        .describe('λ; or validation: the one of 1e-8 … 1e8 that does best on a fifth of the task just learnt.'),
    })
    .refine(({ width, bytes }) => width === undefined || bytes === undefined, {
      path: ['bytes'],
      message: 'expected either width or bytes, not both',
    }),
  create({ width: given = defaultWidth, bytes, ridge, ...options }, context) {
    const { engine, random, shape, width: values, classCount, plan } = context;
    const width = bytes === undefined ? given : widthFor(bytes, classCount);
    const features = new RandomFeatures(engine, shape, width, options, random.stream('random-features'));
    const statistics = new RidgeStatistics(width);
    const choice = new RidgeChoice(ridge);

    return {
      state: { features, statistics, choice },
      model: {
        async predict(x, rows) {
          const classifier = statistics.classifier(choice.ridge);
          const parts: Float32Array[] = [];
          for (let from = 0; from < rows; from += answered) {
            const count = Math.min(answered, rows - from);
            const phi = await features.apply(x.subarray(from * values, (from + count) * values), count);
            parts.push(linearLogits(classifier, phi, count));
          }
          const logits = joined(parts);
          return { labels: topClasses(logits, statistics.classes, rows), logits };
        },
        trainedFunction: () =>
          linearFunction({
            ...{ name: 'ridge', by: 'ridge regression on random features' },
            ...{ width: values, classes: statistics.classes },
            ...statistics.classifier(choice.ridge),
            features: { parameters: features.parameters(), graph: (x) => features.graph(x) },
          }),
      },
      schedule: (samples) => inOrder(samples, plan.batchSize),
      before: ({ newClasses }) => {
        statistics.meet(newClasses);
      },
      async step({ samples, rows }) {
        const x = new Float32Array(rows.length * values);
        samples.copyRows(rows, x);
        const labels = Int32Array.from(rows, (row) => samples.label(row));
        statistics.add(await features.apply(x, rows.length), labels);
        return {};
      },
      async *after({ train }) {
        if (choice.option === 'validation') await choice.choose(features, width, train);
      },
      footprint: () => ({ memoryBytes: statistics.bytes(), statisticsBytes: statistics.bytes(), storedSamples: 0 }),
      dispose: () => {
        features.dispose();
      },
    };
  },
});

/**
 * The largest D with 4·D·(D + 1) + 8·D·C ≤ bytes.
 *
 * @throws ReverieError `bad-scenario` where that is none, or more than can be
 */
function widthFor(bytes: number, classes: number): number {
  const b = 1 + 2 * classes;
  const width = Math.floor((Math.sqrt(b * b + bytes) - b) / 2);
  if (width >= 1 && width <= maxWidth) return width;
  throw new ReverieError(
    'bad-scenario',
    `${bytes} bytes for ${classes} classes come to ${width} random features; expected 1 to ${maxWidth}, that is, ` +
      `${ridgeBytes(1, classes)} to ${ridgeBytes(maxWidth, classes)} bytes; change bytes, or give width`,
  );
}
