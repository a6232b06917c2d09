import type { GraphNode } from './node.js';
import { add, constant, mul, square, sub } from './ops.js';

/** 1.5·2²³: float32 numbers of this size are the integers, so that adding and taking it away again rounds to one. */
const rounding = 12_582_912;

/** Coefficients of sin(πr)/r in r², (−1)ᵏ·π²ᵏ⁺¹/(2k + 1)!; behind the seventh, less than 3e-9 is left for |r| ≤ ½. */
const coefficients = Array.from({ length: 7 }, (_, k) => {
  const factorial = Array.from({ length: 2 * k + 1 }, (__, i) => i + 1).reduce((product, i) => product * i, 1);
  return ((-1) ** k * Math.PI ** (2 * k + 1)) / factorial;
});

/**
 * cos x = 1 − 2·sin²(πr) with r = x/2π − round(x/2π), out of ops that every executor rounds alike, wherever in an array a
 * value stands. To about 1e-6·max(1, |x|); for |x| up to 2e7.
 */
export function cosine(x: GraphNode): GraphNode {
  const turns = mul(x, constant(1 / (2 * Math.PI)));
  const r = sub(turns, sub(add(turns, constant(rounding)), constant(rounding)));
  const squared = square(r);
  const [last = 0, ...others] = coefficients.toReversed();
  const series = others.reduce<GraphNode>((sum, c) => add(mul(sum, squared), constant(c)), constant(last));
  return sub(constant(1), mul(square(mul(r, series)), constant(2)));
}
