import { rowRange } from '../../core/dataset.js';
import { ReverieError } from '../../core/errors.js';
import type { RandomStream } from '../../core/random.js';
import { loadDruid, pca, tsne, umap, type Druid, type Layout, type LayoutMethod } from './layouts.js';

/** The maps by name. */
export const codeMaps = { pca, tsne, umap } as const satisfies Record<string, LayoutMethod>;

export type CodeMapKind = keyof typeof codeMaps;

/** Codes drawn in two dimensions. */
export interface CodeMap {
  readonly kind: CodeMapKind;
  /** Two coordinates for each of {@link rows}. */
  readonly points: Float32Array;
  /** Which codes were drawn, ascending. */
  readonly rows: Uint32Array;
  /** Share of the variance of these codes along each axis; PCA alone has it, where anything varies. */
  readonly explained?: readonly [number, number];
}

export interface CodeMapOptions {
  readonly kind: CodeMapKind;
  /** Most codes to draw; a random sample of so many is taken where there are more. 2,000, for t-SNE 1,000, unless given. */
  readonly points?: number;
  /** Draws the sample, and the seed of the layout: the same stream gives the same map, on one machine. */
  readonly random: RandomStream;
  /** Stops between two steps of the layout, with the signal's reason. */
  readonly signal?: AbortSignal;
}

/**
 * A map of codes in two dimensions. Lets others run between two steps of its work.
 *
 * CPU time of codes of 32 values on one core: see docs/encoders.md.
 *
 * @param codes rows of `width` values
 * @throws ReverieError `bad-usage` for a number of points it cannot draw, or where the optional package is missing;
 *   `bad-shape` for a broken row; `bad-data` for fewer codes than it takes, or codes that are not finite
 */
export async function mapCodes(
  { codes, width }: { readonly codes: Float32Array; readonly width: number },
  { kind, points = codeMaps[kind].usual, random, signal }: CodeMapOptions,
  load: () => Promise<Druid> = loadDruid,
): Promise<CodeMap> {
  const method: LayoutMethod = codeMaps[kind];
  checkPoints(kind, method, points);
  const rows = drawn(rowCount(codes, width), points, random);
  if (rows.length < method.fewest) {
    const need = `a map by ${kind} takes at least ${method.fewest} codes`;
    throw new ReverieError('bad-data', `${need}, given ${rows.length}; give it more, or leave the map out`);
  }
  const seed = random.integer(2 ** 31);
  const chosen = Array.from(rows, (row) => finiteRow(codes, row, width));
  const { places, explained } = chosen.every((code) => code.every((value, j) => value === chosen[0]?.[j]))
    ? onePlace(chosen.length)
    : await toTheEnd(method.lay(await load(), chosen, seed), signal);
  const placed = Float32Array.from({ length: rows.length * 2 }, (_, i) => places[i >> 1]?.[i & 1] ?? NaN);
  if (!placed.every(Number.isFinite)) {
    throw new ReverieError('diverged', `the map of ${rows.length} codes by ${kind} is not finite; another map may be`);
  }
  return { kind, points: placed, rows, ...(explained !== undefined && { explained }) };
}

function checkPoints(kind: CodeMapKind, { fewest, most }: LayoutMethod, points: number): void {
  if (Number.isInteger(points) && points >= fewest && points <= most) return;
  const expected = `expected a whole number from ${fewest} to ${most}`;
  throw new ReverieError('bad-usage', `a map by ${kind} cannot have ${points} points; ${expected}`);
}

function rowCount(codes: Float32Array, width: number): number {
  const count = codes.length / width;
  if (Number.isInteger(width) && width > 0 && Number.isInteger(count)) return count;
  const problem = `${codes.length} values are no whole number of codes of ${width} values`;
  throw new ReverieError('bad-shape', `${problem}; give as many values for each code`);
}

function drawn(count: number, points: number, random: RandomStream): Uint32Array {
  if (count <= points) return rowRange(0, count);
  return random.permutation(count).slice(0, points).sort();
}

function finiteRow(codes: Float32Array, row: number, width: number): Float64Array {
  const values = Float64Array.from(codes.subarray(row * width, (row + 1) * width));
  const at = values.findIndex((value) => !Number.isFinite(value));
  if (at < 0) return values;
  const problem = `code ${row} has the value ${values[at]} at ${at}, which cannot be drawn`;
  throw new ReverieError('bad-data', `${problem}; look whether the autoencoder was trained`);
}

/** Codes that are all the same have no distances to be drawn by. */
function onePlace(count: number): Layout {
  return { places: Array.from({ length: count }, () => [0, 0]) };
}

/** How long others wait at most while no step of a layout takes longer. */
const patience = 20;

async function toTheEnd(steps: Generator<unknown, Layout, void>, signal: AbortSignal | undefined): Promise<Layout> {
  let since = performance.now();
  try {
    for (;;) {
      signal?.throwIfAborted();
      const step = steps.next();
      if (step.done === true) return step.value;
      if (performance.now() - since < patience) continue;
      await new Promise((resolve) => setImmediate(resolve));
      since = performance.now();
    }
  } finally {
    // Lets go of what a layout holds that is cut short: 96 MB for t-SNE of 2,000 codes.
    steps.return({ places: [] });
  }
}
