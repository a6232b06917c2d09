import type { Recipe } from '../core/recipe.js';

/** Options of single learners in the code of van de Ven et al.; for those that it lacks, what makes them comparable. */
const ofVanDeVen = {
  lwf: { distil: 'all' },
  si: { path: 'penalised-loss', negative: 'kept' },
  // The one method there whose outputs are those of the classes so far.
  icarl: { outputs: 'seen', temperature: 2 },
  'er-ace': { outputs: 'batch', newShare: 'sum' },
  der: { buffer: 'class-balanced' },
  'der++': { buffer: 'class-balanced' },
  gem: { bufferSize: 1000 },
} as const satisfies Recipe['learners'];

/** What both of their publications have in common. */
const ofBothVanDeVen = {
  hidden: [400, 400],
  learningRate: 0.001,
  resetOptimiser: false,
  newShare: 'tasks',
  samplesPerClass: 100,
} as const satisfies Recipe['options'];

/** Recipes by name; see `docs/learners.md` for what each of them sets, and what was read where. */
export const recipes = {
  'van-de-ven-2022': {
    summary: 'Networks, outputs and weights of van de Ven, Tuytelaars & Tolias 2022 (Nature Machine Intelligence 4).',
    options: { ...ofBothVanDeVen, outputs: 'all' },
    learners: ofVanDeVen,
  },
  'van-de-ven-2019': {
    summary: 'The same with a softmax over the classes so far, as in van de Ven & Tolias 2019 (arXiv 1904.07734).',
    options: { ...ofBothVanDeVen, outputs: 'seen' },
    learners: ofVanDeVen,
  },
  mammoth: {
    summary:
      'A perceptron of 100-100 under SGD as in Mammoth for Split MNIST, buffers of 500; one epoch, batches of 10.',
    // "seq-mnist" of its utils/best_args.py at e75a491, entries for a buffer of 500 where there are several.
    options: {
      hidden: [100, 100],
      optimiser: { name: 'sgd' },
      learningRate: 0.03,
      outputs: 'all',
      bufferSize: 500,
    },
    learners: {
      er: { buffer: 'reservoir', learningRate: 0.1, replaySize: 10, newShare: 'rows', fill: 'after-step' },
      'er-ace': { outputs: 'batch', newShare: 'sum' },
      der: { alpha: 1, replaySize: 128 },
      'der++': { alpha: 1, beta: 0.5, replaySize: 10 },
      'a-gem': { buffer: 'reservoir', learningRate: 0.1, referenceSize: 128 },
      icarl: { learningRate: 0.1 },
      si: { learningRate: 0.1, c: 1, xi: 0.9 },
    },
  },
} as const satisfies Readonly<Record<string, Recipe>>;
