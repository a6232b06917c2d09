import { ReverieError } from '../../core/errors.js';

type Codes = Float64Array[];
type Options = Readonly<Record<string, unknown>>;

/** Draws step by step; gives the places in the end. */
type Drawing = new (codes: Codes, options: Options) => { generator(steps: number): Generator<unknown, Codes, void> };

/**
 * What is taken of the package, which is there once {@link loadDruid} has loaded it. Spelled out: it is optional, and a program
 * without it must find all types of reverie.
 */
export interface Druid {
  readonly PCA: new (
    codes: Codes,
    options: Options,
  ) => { principal_components(): { transpose(): { to2dArray(): Codes } } };
  readonly TSNE: Drawing;
  readonly UMAP: Drawing;
}

/**
 * Loads druidjs (Cutura et al., "DRUIDJS — A JavaScript Library for Dimensionality Reduction", IEEE VIS 2020), which draws
 * from seeded generators of its own, never from a global one.
 *
 * @param load for tests
 * @throws ReverieError `bad-usage` where the package, which is optional, is not installed
 */
export async function loadDruid(load: () => Promise<Druid> = () => import('@saehrimnir/druidjs')): Promise<Druid> {
  try {
    return await load();
  } catch (cause) {
    throw new ReverieError(
      'bad-usage',
      'maps of codes need the optional package @saehrimnir/druidjs, which is not installed here; install it, or go without ' +
        'maps',
      { cause },
    );
  }
}

/** Where the points of a map lie. */
export interface Layout {
  /** Two coordinates for each code, in the order of the codes. */
  readonly places: readonly ArrayLike<number>[];
  /** Share of the variance of the codes along each of the two axes, where they are directions of the codes. */
  readonly explained?: readonly [number, number];
}

/** A way to draw codes of many values in two dimensions. */
export interface LayoutMethod {
  readonly summary: string;
  /** Fewest codes that it can be made of. */
  readonly fewest: number;
  /** Codes that are drawn where nothing else is said. */
  readonly usual: number;
  /** Most codes that time and memory allow. */
  readonly most: number;
  /**
   * Lays the codes out; gives back control between two steps of its work.
   *
   * @param codes all of the same width, finite, not all the same; @param seed of all that it draws, in [0, 2³¹)
   */
  lay(druid: Druid, codes: Float64Array[], seed: number): Generator<unknown, Layout, void>;
}

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

const epochs = 350;

/**
 * UMAP (McInnes, Healy & Melville 2018) with 15 neighbours, or one fewer than there are codes where there are few, and a least distance of 0.1,
 * as its authors take by default; 350 epochs. The table of neighbours takes time and room for all pairs.
 */
export const umap: LayoutMethod = {
  summary: 'Like t-SNE, quicker, and truer to what lies between groups.',
  fewest: 10,
  usual: 2000,
  most: 5000,
  *lay(druid, codes, seed) {
    const neighbours = Math.min(15, codes.length - 1);
    const options = { d: 2, n_neighbors: neighbours, min_dist: 0.1, _n_epochs: epochs, seed };
    return { places: yield* new druid.UMAP(codes, options).generator(epochs) };
  },
};
