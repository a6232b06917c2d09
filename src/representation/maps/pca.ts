import type { Druid } from './druid.js';
import type { LayoutMethod } from './layout.js';

/**
 * Principal components: the two directions, at right angles, in which the codes vary most (Pearson 1901). Each is turned so
 * that the largest of its entries is positive. A direction in which nothing varies is left out: all lie at 0 there.
 */
export const pca: LayoutMethod = {
  summary: 'The two directions in which the codes vary most; takes no time.',
  fewest: 2,
  usual: 2000,
  most: 100_000,
  *lay(druid, codes, seed) {
    const centred = aroundMean(codes);
    const total = centred.reduce((sum, row) => row.reduce((s, value) => s + value * value, sum), 0);
    const axes = directions(druid, centred, seed, total);
    yield;
    const places = centred.map((row) => axes.map((axis) => dot(row, axis)));
    const along = (axis: 0 | 1): number => places.reduce((sum, place) => sum + (place[axis] ?? 0) ** 2, 0) / total;
    return { places, explained: [along(0), along(1)] };
  },
};

function aroundMean(codes: readonly Float64Array[]): Float64Array[] {
  const mean = new Float64Array(codes[0]?.length ?? 0);
  for (const row of codes) row.forEach((value, j) => (mean[j] = (mean[j] ?? 0) + value / codes.length));
  return codes.map((row) => row.map((value, j) => value - (mean[j] ?? 0)));
}

/** Two directions of length 1, or of length 0 where nothing is left that varies: what the first one takes out leaves noise. */
function directions(druid: Druid, centred: Float64Array[], seed: number, total: number): readonly Float64Array[] {
  const width = centred[0]?.length ?? 0;
  const none = new Float64Array(width);
  const found = new druid.PCA(centred, { d: Math.min(2, width), seed, eig_args: { max_iterations: 1000 } })
    .principal_components()
    .transpose()
    .to2dArray();
  return [0, 1].map((i) => {
    const axis = found[i];
    const varies = axis?.every(Number.isFinite) === true && centred.some((row) => dot(row, axis) ** 2 > 1e-20 * total);
    return axis !== undefined && varies ? turned(axis) : none;
  });
}

function turned(axis: Float64Array): Float64Array {
  const largest = axis.reduce((most, value) => (Math.abs(value) > Math.abs(most) ? value : most), 0);
  return largest < 0 ? axis.map((value) => -value) : axis;
}

function dot(a: Float64Array, b: Float64Array): number {
  return a.reduce((sum, value, j) => sum + value * (b[j] ?? 0), 0);
}
