import type { Druid } from './druid.js';

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
