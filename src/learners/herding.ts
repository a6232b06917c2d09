/**
 * Herding (Rebuffi et al. 2017, iCaRL, algorithm 4): samples whose mean feature is near that of all of them, the nearest first,
 *
 *     p_k = argmin_x ‖ μ − (φ(x) + Σ_{j<k} φ(p_j)) / k ‖,   μ the mean of φ over all,
 *
 * with φ of length 1. No sample is taken twice. Cost: count · min(wanted, count) · width.
 *
 * @param features `count` rows, of length 1 each: {@link normalisedRows}
 * @returns rows, at most `wanted`, in the order in which they are chosen: the first k of them are what k would have been
 */
export function herded(features: Float32Array, count: number, wanted: number): readonly number[] {
  const width = features.length / Math.max(1, count);
  const mean = meanRow(features, count);
  const sum = new Float64Array(width);
  const left = new Set(Array.from({ length: count }, (_, row) => row));
  const chosen: number[] = [];
  while (chosen.length < Math.min(wanted, count)) {
    const k = chosen.length + 1;
    let nearest = -1;
    let least = Infinity;
    for (const row of left) {
      let distance = 0;
      for (let i = 0; i < width; i++) {
        distance += ((mean[i] ?? 0) - ((features[row * width + i] ?? 0) + (sum[i] ?? 0)) / k) ** 2;
      }
      // Values that are no numbers are near to nothing, and the first that is left is taken.
      if (distance < least || nearest === -1) [nearest, least] = [row, distance];
    }
    left.delete(nearest);
    chosen.push(nearest);
    for (let i = 0; i < width; i++) sum[i] = (sum[i] ?? 0) + (features[nearest * width + i] ?? 0);
  }
  return chosen;
}

/** Rows divided by their lengths; rows of zeros as they are. */
export function normalisedRows(rows: Float32Array, count: number): Float32Array {
  const width = rows.length / Math.max(1, count);
  const normalised = new Float32Array(rows.length);
  for (let from = 0; from < rows.length; from += width) {
    let squares = 0;
    for (let i = from; i < from + width; i++) squares += (rows[i] ?? 0) ** 2;
    const length = Math.sqrt(squares);
    for (let i = from; i < from + width; i++) normalised[i] = length === 0 ? 0 : (rows[i] ?? 0) / length;
  }
  return normalised;
}

/** The mean of `count` rows, in double precision. */
export function meanRow(rows: Float32Array, count: number): Float64Array {
  const width = rows.length / Math.max(1, count);
  const mean = new Float64Array(width);
  rows.forEach((value, i) => {
    mean[i % width] = (mean[i % width] ?? 0) + value / count;
  });
  return mean;
}
