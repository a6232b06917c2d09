/**
 * p-values adjusted for how many there are, by Holm's step-down method (Scandinavian Journal of Statistics 6, 1979): with
 * p₍₁₎ ≤ … ≤ p₍ₘ₎, the adjusted p₍ₖ₎ is max over j ≤ k of (m − j + 1)·p₍ⱼ₎, at most 1. To reject where it is below α makes any
 * false rejection at all no likelier than α, however the tests depend on each other.
 *
 * @param p in [0, 1]; the result has their order
 */
export function holmAdjusted(p: readonly number[]): readonly number[] {
  const order = [...p.keys()].sort((i, j) => (p[i] ?? 0) - (p[j] ?? 0));
  const adjusted = new Array<number>(p.length).fill(0);
  let most = 0;
  for (const [rank, i] of order.entries()) {
    most = Math.max(most, Math.min(1, (p.length - rank) * (p[i] ?? 0)));
    adjusted[i] = most;
  }
  return adjusted;
}
