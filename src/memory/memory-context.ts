import type { Encoder } from '../core/encoder.js';
import type { RandomStreams } from '../core/random.js';
import type { Sampler } from '../core/sampler.js';
import type { Shape } from '../core/tensor.js';
import type { Engine } from '../engine/engine.js';

/** What a memory is made from. */
export interface MemoryContext {
  readonly engine: Engine;
  readonly random: RandomStreams;
  /** Of a sample, e.g. [28, 28], or [32, 32, 3]: height, width and channels. */
  readonly shape: Shape;
  /** Values per sample: the product of `shape`. */
  readonly width: number;
  readonly encoder: Encoder;
  readonly sampler: Sampler;
  /** Another sampler like it, for a memory of more than one network. */
  samplerAgain(): Promise<Sampler>;
}
