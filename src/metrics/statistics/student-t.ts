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

/** Lanczos' coefficients for g = 7 and nine terms (Godfrey 2001): relative error below 10⁻¹⁴ for z > 0.5. */
const lanczosFirst = 0.99999999999980993;
const lanczos: readonly number[] = [
  676.5203681218851, -1259.1392167224028, 771.32342877765313, -176.61502916214059, 12.507343278686905,
  -0.13857109526572012, 9.9843695780195716e-6, 1.5056327351493116e-7,
];

/** ln Γ(z) for z > 0, by the approximation of Lanczos (SIAM J. Numer. Anal. B 1, 1964). */
function logGamma(z: number): number {
  if (z < 0.5) return Math.log(Math.PI / Math.sin(Math.PI * z)) - logGamma(1 - z);
  const x = z - 1;
  const sum = lanczos.reduce((total, c, i) => total + c / (x + i + 1), lanczosFirst);
  const t = x + 7.5;
  return 0.5 * Math.log(2 * Math.PI) + (x + 0.5) * Math.log(t) - t + Math.log(sum);
}

/**
 * The regularised incomplete beta function Iₓ(a, b) = ∫₀ˣ tᵃ⁻¹(1 − t)ᵇ⁻¹ dt / B(a, b), by its continued fraction (Abramowitz
 * & Stegun 26.5.8) from the side where that converges quickly. Absolute error below 10⁻¹² for a, b up to some thousands.
 *
 * @param x in [0, 1]; @param a more than 0; @param b more than 0
 */
export function incompleteBeta(x: number, a: number, b: number): number {
  if (x <= 0) return 0;
  if (x >= 1) return 1;
  if (x > (a + 1) / (a + b + 2)) return 1 - incompleteBeta(1 - x, b, a);
  const front = Math.exp(logGamma(a + b) - logGamma(a) - logGamma(b) + a * Math.log(x) + b * Math.log1p(-x));
  return (front * continuedFraction(x, a, b)) / a;
}

const tiny = 1e-300;
const mostTerms = 10_000;

/** The fraction of 26.5.8 by Lentz' method, as modified by Thompson and Barnett (1986). */
function continuedFraction(x: number, a: number, b: number): number {
  let c = 1;
  let d = 1 / awayFromZero(1 - ((a + b) * x) / (a + 1));
  let value = d;
  for (let m = 1; m <= mostTerms; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    let factor = 1;
    for (const term of [even, odd]) {
      d = 1 / awayFromZero(1 + term * d);
      c = awayFromZero(1 + term / c);
      factor = c * d;
      value *= factor;
    }
    if (Math.abs(factor - 1) < 1e-15) return value;
  }
  return value;
}

function awayFromZero(value: number): number {
  return Math.abs(value) < tiny ? tiny : value;
}
