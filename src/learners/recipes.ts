import type { Recipe } from '../core/recipe.js';

/** Recipes by name; see `docs/learners.md` for what each of them sets, and what was read where. */
export const recipes = {
  'van-de-ven-2022': {
    summary: 'Networks, outputs and weights of van de Ven, Tuytelaars & Tolias 2022 (Nature Machine Intelligence 4).',
    options: {
      hidden: [400, 400],
      learningRate: 0.001,
      outputs: 'all',
      resetOptimiser: false,
      newShare: 'tasks',
    },
    learners: {},
  },
  'van-de-ven-2019': {
    summary: 'The same with a softmax over the classes so far, as in van de Ven & Tolias 2019 (arXiv 1904.07734).',
    options: {
      hidden: [400, 400],
      learningRate: 0.001,
      outputs: 'seen',
      resetOptimiser: false,
      newShare: 'tasks',
    },
    learners: {},
  },
  mammoth: {
    summary:
      'A small perceptron under plain SGD, as in Mammoth and Buzzega et al. 2020 (DER); one epoch, batches of 10.',
    options: {
      hidden: [100, 100],
      optimiser: { name: 'sgd' },
      learningRate: 0.1,
      outputs: 'all',
    },
    learners: {},
  },
} as const satisfies Readonly<Record<string, Recipe>>;
