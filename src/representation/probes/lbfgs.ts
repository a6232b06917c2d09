/** A function's value and gradient at a point. */
export interface Slope {
  readonly value: number;
  readonly gradient: Float64Array;
}

export interface LbfgsOptions {
  /** Most steps to take. */
  readonly iterations: number;
  /** Stops where no entry of the gradient is larger than this. */
  readonly tolerance: number;
}

export interface Minimum {
  readonly x: Float64Array;
  readonly iterations: number;
  /** Largest entry of the gradient there, in absolute value. */
  readonly gradient: number;
  /** Whether that is within the tolerance. */
  readonly converged: boolean;
}

/** Pairs of steps and changes of the gradient that show the curvature. */
const memory = 10;
/** Share of what the slope promises that a step must bring (Armijo). */
const sufficient = 1e-4;
const halvings = 30;

/**
 * L-BFGS (Liu & Nocedal 1989; the two-loop recursion of Nocedal & Wright 2006, algorithm 7.4), for smooth convex
 * functions: their curvature along any step is positive, so that a step which is halved until it brings enough
 * (algorithm 3.1) will do. Draws nothing; the same function gives the same minimum.
 *
 * @param slope the function; its value may be off by a few 10⁻⁷ of itself, as what is computed in float32 is
 */
export async function minimise(
  slope: (x: Float64Array) => Promise<Slope>,
  start: Float64Array,
  { iterations, tolerance }: LbfgsOptions,
): Promise<Minimum> {
  let x = start;
  let here = await slope(x);
  let pairs: readonly Pair[] = [];
  let taken = 0;
  while (taken < iterations && largest(here.gradient) > tolerance) {
    const direction = newtonLike(here.gradient, pairs);
    // The first step knows nothing of the curvature: one of length 1 at most.
    const first = pairs.length === 0 ? Math.min(1, 1 / Math.sqrt(dot(here.gradient, here.gradient))) : 1;
    const next = await step(slope, x, here, direction, first);
    if (next === undefined) break;
    const s = difference(next.x, x);
    const y = difference(next.slope.gradient, here.gradient);
    const curvature = dot(s, y);
    if (curvature > 0) pairs = [...pairs, { s, y, rho: 1 / curvature }].slice(-memory);
    [x, here] = [next.x, next.slope];
    taken++;
  }
  const gradient = largest(here.gradient);
  return { x, iterations: taken, gradient, converged: gradient <= tolerance };
}

/** A step, the change of the gradient along it, and 1/(s·y). */
interface Pair {
  readonly s: Float64Array;
  readonly y: Float64Array;
  readonly rho: number;
}

/** The point that a step leads to, halved until it brings enough; undefined where none does. */
async function step(
  slope: (x: Float64Array) => Promise<Slope>,
  x: Float64Array,
  here: Slope,
  direction: Float64Array,
  first: number,
): Promise<{ readonly x: Float64Array; readonly slope: Slope } | undefined> {
  const promised = dot(here.gradient, direction);
  const rounding = 1e-7 * Math.abs(here.value);
  for (let halved = 0, size = first; halved < halvings; halved++, size /= 2) {
    const there = x.map((value, i) => value + size * (direction[i] ?? 0));
    const found = await slope(there);
    if (found.value <= here.value + sufficient * size * promised + rounding) return { x: there, slope: found };
  }
  return undefined;
}

/** −H·g, H being the inverse Hessian as the pairs approximate it. */
function newtonLike(gradient: Float64Array, pairs: readonly Pair[]): Float64Array {
  let q = gradient;
  const alphas = new Map<Pair, number>();
  for (const pair of [...pairs].reverse()) {
    const alpha = pair.rho * dot(pair.s, q);
    alphas.set(pair, alpha);
    q = q.map((value, i) => value - alpha * (pair.y[i] ?? 0));
  }
  const last = pairs.at(-1);
  const scale = last === undefined ? 1 : 1 / (last.rho * dot(last.y, last.y));
  let r = q.map((value) => scale * value);
  for (const pair of pairs) {
    const change = (alphas.get(pair) ?? 0) - pair.rho * dot(pair.y, r);
    r = r.map((value, i) => value + change * (pair.s[i] ?? 0));
  }
  return r.map((value) => -value);
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] ?? 0) * (b[i] ?? 0);
  return sum;
}

function difference(a: Float64Array, b: Float64Array): Float64Array {
  return a.map((value, i) => value - (b[i] ?? 0));
}

function largest(values: Float64Array): number {
  return values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
}
