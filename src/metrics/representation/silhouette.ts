import { squaredDistance } from '../dream-distances.js';
import { mean } from '../mean.js';

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
  const tell = (row: number, other: number, distance: number): void => {
    const at = row * classes.length + (place[other] ?? 0);
    sums[at] = (sums[at] ?? 0) + distance;
  };
  for (let i = 1; i < count; i++) {
    for (let j = 0; j < i; j++) {
      const distance = Math.sqrt(squaredDistance(codes, i, codes, j, width));
      tell(i, j, distance);
      tell(j, i, distance);
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
