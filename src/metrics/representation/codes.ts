import { nearestRows, squaredDistance } from '../distances.js';
import { mean } from '../statistics/sample.js';

/**
 * How many units of a code are active: those whose variance over the data is above `threshold`,
 * Var_x(E_{u∼q(u|x)}[u]) > 0.01 (Burda, Grosse & Salakhutdinov 2016, "Importance weighted autoencoders", section 5.2). Of
 * a variational encoder give the means of its codes. Variance with divisor n.
 *
 * @param codes `count` rows, one after the other
 * @param threshold 0.01 in the paper; it is in the codes' own unit, squared, so mind the scale of a code that no prior holds
 * @returns an integer in [0, values per code]
 */
export function activeUnits(codes: Float32Array, count: number, threshold = 0.01): number {
  const width = codes.length / count;
  let active = 0;
  for (let unit = 0; unit < width; unit++) {
    let sum = 0;
    for (let row = 0; row < count; row++) sum += codes[row * width + unit] ?? 0;
    const mean = sum / count;
    let squares = 0;
    for (let row = 0; row < count; row++) squares += ((codes[row * width + unit] ?? 0) - mean) ** 2;
    if (squares / count > threshold) active++;
  }
  return active;
}

/**
 * How far classes lie in each other: the share, among the k nearest other rows of each row, of those of another class,
 *
 *     (1/(n·k)) Σᵢ Σ_{j ∈ Nₖ(i)} [label(j) ≠ label(i)]
 *
 * In [0, 1]: 0 where every neighbourhood is of one class; 1 − Σ_c p_c², the chance that two rows differ, where classes are
 * fully mixed. Our own definition (it is 1 − the mean agreement of k nearest neighbours); unlike the silhouette it looks
 * only nearby, so a class may be in many pieces. Takes n² distances: give it a sample of a few thousand rows.
 *
 * @param codes as many rows as labels, one after the other
 * @throws ReverieError `bad-usage` unless k is in 1 … n − 1
 */
export function classOverlap(codes: Float32Array, labels: Int32Array, k = 10): number {
  const nearest = nearestRows(codes, labels.length, k);
  let foreign = 0;
  nearest.forEach((other, i) => {
    if (labels[other] !== labels[Math.floor(i / k)]) foreign++;
  });
  return foreign / nearest.length;
}

/**
 * Mean silhouette of codes under their classes (Rousseeuw 1987), in [−1, 1]: for each row, with a its mean Euclidean
 * distance to the other rows of its class and b the least of its mean distances to the rows of another class,
 *
 *     s = (b − a) / max(a, b)
 *
 * 1 where classes are tight and far apart, about 0 where they lie in each other, below where rows lie nearer to another
 * class. A row that is alone in its class has s = 0 (as in scikit-learn's `silhouette_score`). Undefined for a single
 * class. Takes n²/2 distances: give it a sample of a few thousand rows.
 *
 * @param codes as many rows as labels, one after the other
 */
export function silhouette(codes: Float32Array, labels: Int32Array): number | undefined {
  const count = labels.length;
  const width = codes.length / count;
  const classes = [...new Set(labels)];
  if (classes.length < 2) return undefined;
  const place = Int32Array.from(labels, (label) => classes.indexOf(label));
  const sizes = classes.map((_, c) => place.filter((other) => other === c).length);
  const sums = new Float64Array(count * classes.length);
  const add = (row: number, other: number, distance: number): void => {
    const at = row * classes.length + (place[other] ?? 0);
    sums[at] = (sums[at] ?? 0) + distance;
  };
  for (let i = 1; i < count; i++) {
    for (let j = 0; j < i; j++) {
      const distance = Math.sqrt(squaredDistance(codes, i, codes, j, width));
      add(i, j, distance);
      add(j, i, distance);
    }
  }
  return mean(
    Array.from(place, (own, row) => {
      const size = sizes[own] ?? 0;
      if (size === 1) return 0;
      const distanceTo = (c: number): number => sums[row * classes.length + c] ?? 0;
      const a = distanceTo(own) / (size - 1);
      const b = Math.min(...sizes.flatMap((others, c) => (c === own ? [] : distanceTo(c) / others)));
      return a === b ? 0 : (b - a) / Math.max(a, b);
    }),
  );
}
