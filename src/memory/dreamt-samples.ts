import type { Samples } from '../core/dataset.js';

/**
 * Dreams as the samples of a task, for a memory that learns from another one alone.
 *
 * @param features rows of `width` values; @param labels class of each
 */
export function dreamtSamples(features: Float32Array, labels: Int32Array, width: number): Samples {
  return view(features, labels, width, Uint32Array.from(labels.keys()));
}

function view(features: Float32Array, labels: Int32Array, width: number, rows: Uint32Array): Samples {
  const place = (row: number): number => {
    const at = rows[row];
    if (at === undefined) throw new RangeError(`row ${row} is not in [0, ${rows.length})`);
    return at;
  };
  return {
    size: rows.length,
    shape: [width],
    width,
    label: (row) => labels[place(row)] ?? -1,
    copyRows: (wanted, out, at = 0) => {
      for (let i = 0; i < wanted.length; i++) {
        const from = place(wanted[i] ?? -1) * width;
        out.set(features.subarray(from, from + width), (at + i) * width);
      }
    },
    select: (chosen) => view(features, labels, width, Uint32Array.from(Array.from(chosen, place))),
  };
}
