import type { LayoutMethod } from './layout.js';

const iterations = 500;

/**
 * t-SNE (van der Maaten & Hinton 2008), exact, 500 iterations with a perplexity of 30, or a third of the codes where there
 * are fewer than 90. Each iteration looks at all pairs, so twice as many codes take four times as long.
 */
export const tsne: LayoutMethod = {
  summary: 'Near codes stay near, distances between groups mean nothing.',
  fewest: 4,
  usual: 1000,
  most: 5000,
  *lay(druid, codes, seed) {
    const perplexity = Math.min(30, (codes.length - 1) / 3);
    return { places: yield* new druid.TSNE(codes, { d: 2, perplexity, seed }).generator(iterations) };
  },
};
