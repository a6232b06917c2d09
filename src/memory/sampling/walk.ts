import type { RandomStream } from '../../core/random.js';
import type { FrozenAutoencoder } from '../../core/sampler.js';

export interface WalkOptions {
  /** Jumps to take; Infinity for a stream that whoever pulls it ends. */
  readonly jumps: number;
  /** λ ≥ 0: variance of the noise that is added after each jump. */
  readonly lambda: number;
  /** Whether the last jump has its noise too; without, nothing is drawn for it. */
  readonly lastNoise: boolean;
}

/** One jump of walks that go side by side. */
export interface Jump {
  /** From 1. */
  readonly n: number;
  /** AE(xₙ₋₁): where the jump leads. */
  readonly reconstruction: Float32Array;
  /**
   * xₙ = AE(xₙ₋₁) + √λ·εₙ₋₁: from where the next jump is taken. Whoever pulls the stream may write other rows into it before
   * that, which is how a walk starts anew. The very same array as `reconstruction` where there is no noise.
   */
  readonly x: Float32Array;
}

/**
 * Reinjection, `count` walks side by side, as a stream of jumps: algorithms 1 and 2 of "Generalization of iterative
 * sampling in autoencoders" (Solinas et al. 2020), which differ in what they make of it,
 *
 *     xₙ₊₁ = AE(xₙ) + √λ·εₙ,   εₙ ~ N(0, I)   (equation 7)
 *
 * For an autoencoder with r(x) = x + (λ₀/2)·∇log p(x), as a perfect lossy one is to first order (equation 5), this is
 * Langevin dynamics that samples p^(λ₀/λ) (equation 8).
 *
 * @param start x₀, `count` rows; left as it is
 */
export async function* jumpsFrom(
  autoencoder: FrozenAutoencoder,
  start: Float32Array,
  count: number,
  { jumps, lambda, lastNoise }: WalkOptions,
  random: RandomStream,
): AsyncGenerator<Jump, void, undefined> {
  let x = start;
  for (let n = 1; n <= jumps; n++) {
    const reconstruction = await autoencoder.reconstruct(x, count);
    x = lambda > 0 && (n < jumps || lastNoise) ? withNoise(reconstruction, lambda, random) : reconstruction;
    yield { n, reconstruction, x };
  }
}

/**
 * What the autoencoder makes of the walks at each jump, AE(xₙ), before the jump's noise is added: where λ is large, that is
 * the sample and xₙ₊₁ only the place from where to jump next.
 */
export async function* walk(
  autoencoder: FrozenAutoencoder,
  start: Float32Array,
  count: number,
  options: Omit<WalkOptions, 'lastNoise'>,
  random: RandomStream,
): AsyncGenerator<Float32Array, void, undefined> {
  const walks = jumpsFrom(autoencoder, start, count, { ...options, lastNoise: false }, random);
  for await (const { reconstruction } of walks) yield reconstruction;
}

function withNoise(rows: Float32Array, lambda: number, random: RandomStream): Float32Array {
  const scale = Math.sqrt(lambda);
  const x = new Float32Array(rows.length);
  random.fillNormal(x);
  for (let i = 0; i < x.length; i++) x[i] = (rows[i] ?? 0) + scale * (x[i] ?? 0);
  return x;
}

export const collected = ['reconstruction', 'noisy'] as const;

/** How walks go, and which of their rows are samples. */
export interface WalkRules {
  /** R: jumps of a walk before it starts anew (the heuristic of Solinas et al. 2020, section IV-A); 0 takes x₀ itself. */
  readonly jumps: number;
  /** The first jump that gives a sample, in [1, jumps]: what is before it is burn-in. Of no matter without jumps. */
  readonly collectFrom: number;
  /** What is a sample: AE(xₙ), or xₙ₊₁ = AE(xₙ) + √λ·εₙ as algorithm 2 has it. */
  readonly collect: (typeof collected)[number];
  /**
   * A walk that gave a sample starts anew where ‖AE(xₙ) − AE(xₙ₋₁)‖ < stagnation · ‖AE(xₙ₋₁)‖: it sits at an attractor that
   * the noise does not shake it off. At least 0, which lets all walks go on to their R-th jump.
   */
  readonly stagnation: number;
}

/** Walks on their way, side by side. */
export interface WalkState {
  /** Where they are, one row a walk. */
  readonly x: Float32Array;
  /** Jumps that each took since it started. */
  readonly ages: Int32Array;
  /** What the autoencoder made of them at their last jump; needed where walks may stagnate. */
  readonly last?: Float32Array | undefined;
}

export interface WalkSetting {
  readonly autoencoder: FrozenAutoencoder;
  readonly rules: WalkRules;
  /** λ ≥ 0. */
  readonly lambda: number;
  /** x₀ of so many walks. */
  readonly start: (count: number) => Promise<Float32Array> | Float32Array;
  readonly random: RandomStream;
}

/** Walks that begin at x₀. */
export function newWalks(x: Float32Array, count: number): WalkState {
  return { x, ages: new Int32Array(count) };
}

/** The rows that a jump gave, and the walks after it. */
export interface Step {
  /** Samples, one after the other; none while all walks burn in. */
  readonly rows: Float32Array;
  readonly state: WalkState;
}

/**
 * Lets walks go, and starts each anew that is due. A stream of jumps.
 *
 * @param jumps how many to take; Infinity where whoever pulls the stream ends it, and the walks are to go on later
 */
export async function* restartingWalks(
  { autoencoder, rules, lambda, start, random }: WalkSetting,
  { x, ages, last }: WalkState,
  jumps: number,
): AsyncGenerator<Step, void, undefined> {
  const { width } = autoencoder;
  const age = ages.slice();
  let previous = last;
  const lastNoise = jumps === Infinity || rules.collect === 'noisy';
  for await (const jump of jumpsFrom(autoencoder, x, age.length, { jumps, lambda, lastNoise }, random)) {
    for (let walk = 0; walk < age.length; walk++) age[walk] = (age[walk] ?? 0) + 1;
    const due = jump.n === jumps ? [] : dueWalks(rules, age, jump.reconstruction, previous, width);
    const rows = samplesOf(jump, rules, age, width, due.length > 0);
    // A walk that is begun anew is not looked at before its second jump, so what it left here is never compared with.
    if (rules.stagnation > 0) previous = due.length > 0 ? jump.reconstruction.slice() : jump.reconstruction;
    if (due.length > 0) {
      const started = await start(due.length);
      due.forEach((walk, i) => {
        jump.x.set(started.subarray(i * width, (i + 1) * width), walk * width);
        age[walk] = 0;
      });
    }
    yield { rows, state: { x: jump.x, ages: age, last: previous } };
  }
}

/** The walks that are to start anew before the next jump. */
function dueWalks(
  { jumps, collectFrom, stagnation }: WalkRules,
  age: Int32Array,
  reconstruction: Float32Array,
  previous: Float32Array | undefined,
  width: number,
): number[] {
  const due: number[] = [];
  for (let walk = 0; walk < age.length; walk++) {
    const own = age[walk] ?? 0;
    const ripe = own >= Math.max(2, collectFrom);
    const sits = ripe && previous !== undefined && stagnates(reconstruction, previous, walk * width, width, stagnation);
    if (own >= jumps || sits) due.push(walk);
  }
  return due;
}

function stagnates(now: Float32Array, before: Float32Array, at: number, width: number, threshold: number): boolean {
  let moved = 0;
  let size = 0;
  for (let i = at; i < at + width; i++) {
    const was = before[i] ?? 0;
    moved += ((now[i] ?? 0) - was) ** 2;
    size += was ** 2;
  }
  return moved < threshold ** 2 * size;
}

/** The rows of the walks that are past their burn-in; a copy where `copy` or where not all are. */
function samplesOf(
  { x, reconstruction }: Jump,
  { collect, collectFrom }: WalkRules,
  age: Int32Array,
  width: number,
  copy: boolean,
): Float32Array {
  const source = collect === 'noisy' ? x : reconstruction;
  const ripe: number[] = [];
  for (let walk = 0; walk < age.length; walk++) if ((age[walk] ?? 0) >= collectFrom) ripe.push(walk);
  if (ripe.length === age.length) return copy ? source.slice() : source;
  const rows = new Float32Array(ripe.length * width);
  ripe.forEach((walk, i) => {
    rows.set(source.subarray(walk * width, (walk + 1) * width), i * width);
  });
  return rows;
}
