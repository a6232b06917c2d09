/** Where each column lies, and how wide it is. */
export interface ColumnScales {
  readonly means: Float64Array;
  /** Standard deviation of each column, divisor n; 1 for a column whose values are all equal. */
  readonly deviations: Float64Array;
}

/** Relative spread below which a column of float32 values counts as constant: what is left is rounding. */
const resolution = 2 ** -23;

/** The mean and standard deviation of each column of `count` rows (those of scikit-learn's `StandardScaler`). */
export function columnScales(rows: Float32Array, count: number, width: number): ColumnScales {
  const means = new Float64Array(width);
  const deviations = new Float64Array(width);
  for (let i = 0; i < rows.length; i++) means[i % width] = (means[i % width] ?? 0) + (rows[i] ?? 0) / count;
  for (let i = 0; i < rows.length; i++) {
    const column = i % width;
    deviations[column] = (deviations[column] ?? 0) + ((rows[i] ?? 0) - (means[column] ?? 0)) ** 2 / count;
  }
  for (let column = 0; column < width; column++) {
    const deviation = Math.sqrt(deviations[column] ?? 0);
    deviations[column] = deviation <= resolution * Math.abs(means[column] ?? 0) ? 1 : deviation;
  }
  return { means, deviations };
}

/** (x − mean) / deviation, column by column. */
export function standardised(rows: Float32Array, { means, deviations }: ColumnScales): Float32Array {
  const width = means.length;
  return rows.map((value, i) => (value - (means[i % width] ?? 0)) / (deviations[i % width] ?? 1));
}
