import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus, xoroshiro128plusFromState } from 'pure-rand/generator/xoroshiro128plus';

/** Everything needed to continue a stream at the very same draw; plain numbers, so that it can be saved. */
export type RandomState = readonly number[];

/**
 * A stream of pseudo-random draws. Randomness is always a parameter in reverie: whoever draws is handed a stream, and
 * a run is repeatable because all its streams come from one seed.
 */
export interface RandomStream {
  /** Uniform in [0, 1), 32 bits of resolution. */
  uniform(): number;
  /** Uniform integer in [0, below); `below` in 1 … 2³¹. */
  integer(below: number): number;
  /** Standard normal, N(0, 1). */
  normal(): number;
  /** Fills `out` with N(0, 1) draws; about 10 ns a value. */
  fillNormal(out: Float32Array): void;
  /** The numbers 0 … n − 1 in random order (Fisher–Yates). */
  permutation(n: number): Uint32Array;
  /** State to continue from; `restore` takes it back. */
  save(): RandomState;
  restore(state: RandomState): void;
}

/** A stream of its own, e.g. for a test. In a run, ask {@link RandomStreams} for a named one instead. */
export function randomStream(seed: number): RandomStream {
  return new Xoroshiro(seed);
}

/**
 * Named sub-streams of one seed. Each name has its own stream, so that a component that is added, or draws once more,
 * shifts no other component's draws.
 */
export class RandomStreams {
  #streams = new Map<string, RandomStream>();

  constructor(readonly seed: number) {}

  /** The stream of this name: the same object at every call. */
  stream(name: string): RandomStream {
    let stream = this.#streams.get(name);
    if (stream === undefined) {
      stream = randomStream(hash(`${this.seed}/${name}`));
      this.#streams.set(name, stream);
    }
    return stream;
  }

  /** Gives from now on the very streams of another one of the same seed, in place of its own. */
  adopt(other: RandomStreams): void {
    this.#streams = other.#streams;
  }

  /** States of all streams asked for so far. */
  save(): Record<string, RandomState> {
    return Object.fromEntries([...this.#streams].map(([name, stream]) => [name, stream.save()]));
  }

  /** Takes back what {@link save} gave; streams asked for later continue from there. */
  restore(states: Readonly<Record<string, RandomState>>): void {
    for (const [name, state] of Object.entries(states)) this.stream(name).restore(state);
  }
}

class Xoroshiro implements RandomStream {
  #generator;

  constructor(seed: number) {
    this.#generator = xoroshiro128plus(seed);
  }

  uniform(): number {
    return (this.#generator.next() >>> 0) / 4294967296;
  }

  integer(below: number): number {
    return uniformInt(this.#generator, 0, below - 1);
  }

  normal(): number {
    return zigguratNormal(() => this.#generator.next());
  }

  fillNormal(out: Float32Array): void {
    const generator = this.#generator;
    const next = (): number => generator.next();
    for (let i = 0; i < out.length; i++) out[i] = zigguratNormal(next);
  }

  permutation(n: number): Uint32Array {
    const order = Uint32Array.from({ length: n }, (_, i) => i);
    for (let i = n - 1; i > 0; i--) {
      const j = this.integer(i + 1);
      const held = order[i] ?? 0;
      order[i] = order[j] ?? 0;
      order[j] = held;
    }
    return order;
  }

  save(): RandomState {
    return [...this.#generator.getState()];
  }

  restore(state: RandomState): void {
    this.#generator = xoroshiro128plusFromState(state);
  }
}

/** FNV-1a, 32 bits. Spreads names over seeds; nothing here is cryptographic. */
function hash(text: string): number {
  let h = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193);
  return h | 0;
}

// Ziggurat method for the normal density, 128 layers (Marsaglia & Tsang, Journal of Statistical Software 5(8), 2000).
// R is where the tail begins and V the area of each layer, both from that paper.
const R = 3.442619855899;
const V = 9.91256303526217e-3;
const layers = zigguratLayers();

function zigguratLayers(): { k: Uint32Array; w: Float64Array; f: Float64Array } {
  const k = new Uint32Array(128);
  const w = new Float64Array(128);
  const f = new Float64Array(128);
  const scale = 2147483648;
  let outer = R;
  let inner = R;
  const base = V / Math.exp(-0.5 * R * R);
  k[0] = (R / base) * scale;
  k[1] = 0;
  w[0] = base / scale;
  w[127] = R / scale;
  f[0] = 1;
  f[127] = Math.exp(-0.5 * R * R);
  for (let i = 126; i >= 1; i--) {
    inner = Math.sqrt(-2 * Math.log(V / outer + Math.exp(-0.5 * outer * outer)));
    k[i + 1] = (inner / outer) * scale;
    outer = inner;
    f[i] = Math.exp(-0.5 * inner * inner);
    w[i] = inner / scale;
  }
  return { k, w, f };
}

/** One N(0, 1) draw. `next` gives uniform signed 32-bit integers. */
function zigguratNormal(next: () => number): number {
  const { k, w, f } = layers;
  for (;;) {
    const bits = next();
    // The layer comes from a second draw: taking it from the low bits of the first correlates it with the value.
    const layer = next() & 127;
    if (Math.abs(bits) < (k[layer] ?? 0)) return bits * (w[layer] ?? 0);
    if (layer === 0) {
      let x: number;
      let y: number;
      do {
        x = -Math.log(positiveUniform(next)) / R;
        y = -Math.log(positiveUniform(next));
      } while (y + y < x * x);
      return bits > 0 ? R + x : -R - x;
    }
    const x = bits * (w[layer] ?? 0);
    const height = (f[layer] ?? 0) + positiveUniform(next) * ((f[layer - 1] ?? 0) - (f[layer] ?? 0));
    if (height < Math.exp(-0.5 * x * x)) return x;
  }
}

/** Uniform in (0, 1): never 0, so that its logarithm is finite. */
function positiveUniform(next: () => number): number {
  return ((next() >>> 0) + 0.5) / 4294967296;
}
