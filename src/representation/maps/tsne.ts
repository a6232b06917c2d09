import type { LayoutMethod } from './layout.js';

const iterations = 500;

/**
 * t-SNE (van der Maaten & Hinton 2008), exact, 500 iterations with a perplexity of 30, or a third of the codes where there
 * are fewer than 90. Each iteration looks at all pairs, so twice as many codes take four times as long.
 */
export const tsne: LayoutMethod = {
  summary: 'Near codes stay near, distances between groups mean nothing.',
  fewest: 10,
  usual: 1000,
  most: 5000,
  *lay(druid, codes, seed) {
    const perplexity = Math.min(30, (codes.length - 1) / 3);
    // The package keeps its moments in rows as wide as a code and takes them for rows of two; a zero changes no distance.
    const atLeastTwo = codes.map((code) => (code.length < 2 ? Float64Array.of(...code, 0) : code));
    return { places: yield* new druid.TSNE(atLeastTwo, { d: 2, perplexity, seed }).generator(iterations) };
  },
};
