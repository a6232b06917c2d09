/** Rows of `width` values, one after the other. */
export interface Rows {
  readonly values: Float32Array;
  readonly width: number;
}

/**
 * The energy distance between two samples (Székely & Rizzo 2013, "Energy statistics", equation 6.1),
 *
 *     E(X, Y) = 2·E‖X − Y‖ − E‖X − X'‖ − E‖Y − Y'‖
 *
 * where each mean is over the pairs of different rows, so that it is unbiased: 0 on average for samples of the same law,
 * where it may be a little below, and larger for no other. It needs no bandwidth, unlike MMD with a Gaussian kernel, of
 * which it is the case with the kernel −‖x − y‖ (Sejdinovic et al. 2013).
 *
 * @param x at least two rows; @param y at least two rows of the same width
 */
export function energyDistance(x: Rows, y: Rows): number {
  return 2 * meanBetween(x, y) - meanWithin(x) - meanWithin(y);
}

function meanBetween(x: Rows, y: Rows): number {
  const [n, m] = [x.values.length / x.width, y.values.length / y.width];
  let sum = 0;
  for (let i = 0; i < n; i++) for (let j = 0; j < m; j++) sum += distance(x.values, i, y.values, j, x.width);
  return sum / (n * m);
}

function meanWithin({ values, width }: Rows): number {
  const n = values.length / width;
  let sum = 0;
  for (let i = 1; i < n; i++) for (let j = 0; j < i; j++) sum += distance(values, i, values, j, width);
  return (2 * sum) / (n * (n - 1));
}

function distance(a: Float32Array, rowA: number, b: Float32Array, rowB: number, width: number): number {
  const [fromA, fromB] = [rowA * width, rowB * width];
  let sum = 0;
  for (let i = 0; i < width; i++) {
    const difference = (a[fromA + i] ?? 0) - (b[fromB + i] ?? 0);
    sum += difference * difference;
  }
  return Math.sqrt(sum);
}
