/**
 * The q-quantile, q in [0, 1], by linear interpolation between the two nearest ranks (type 7 of Hyndman & Fan 1996, what
 * NumPy takes); 0.5 is the median. Undefined of nothing.
 */
export function quantile(values: ArrayLike<number>, q: number): number | undefined {
  const sorted = Float64Array.from(values).sort();
  const at = q * (sorted.length - 1);
  const [below, above] = [sorted[Math.floor(at)], sorted[Math.ceil(at)]];
  return below === undefined || above === undefined ? undefined : below + (at - Math.floor(at)) * (above - below);
}
