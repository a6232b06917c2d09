import { incompleteBeta } from './incomplete-beta.js';

/**
 * P(|T| ≥ |t|) for Student's T with `freedom` degrees of freedom: I_{ν/(ν + t²)}(ν/2, 1/2), Abramowitz & Stegun 26.7.1.
 *
 * @param freedom more than 0
 */
export function twoSidedTail(t: number, freedom: number): number {
  return incompleteBeta(freedom / (freedom + t * t), freedom / 2, 0.5);
}

/**
 * The t ≥ 0 for which P(|T| ≤ t) = `confidence`: 12.706 for 0.95 and one degree of freedom.
 *
 * @param confidence in (0, 1); @param freedom at least 1
 */
export function twoSidedQuantile(confidence: number, freedom: number): number {
  const tail = 1 - confidence;
  let high = 1;
  while (twoSidedTail(high, freedom) > tail) high *= 2;
  let low = 0;
  // Bisection ends where two neighbouring doubles are reached.
  for (;;) {
    const middle = (low + high) / 2;
    if (middle <= low || middle >= high) return middle;
    if (twoSidedTail(middle, freedom) > tail) low = middle;
    else high = middle;
  }
}
