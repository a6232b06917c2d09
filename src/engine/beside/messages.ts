import type { ErrorCode } from '../../core/errors.js';
import type { TensorMap } from '../../core/tensor.js';
import type { Feeds } from '../engine.js';
import type { FlatProgram } from './flat-program.js';

/** What the thread that asks says to the one that computes. They are served one after the other, in order. */
export type Request =
  | { readonly type: 'compile'; readonly call: number; readonly program: number; readonly definition: FlatProgram }
  | {
      readonly type: 'run';
      readonly call: number;
      readonly program: number;
      /** Their buffers are handed over, and handed back with the answer. */
      readonly feeds: Feeds;
      readonly variables: number | undefined;
    }
  | { readonly type: 'discard-program'; readonly program: number }
  | { readonly type: 'variables'; readonly variables: number; readonly initial: TensorMap }
  | { readonly type: 'clone'; readonly variables: number; readonly from: number; readonly names: readonly string[] }
  | { readonly type: 'write'; readonly variables: number; readonly values: TensorMap }
  | {
      readonly type: 'read';
      readonly variables: number;
      readonly names: readonly string[];
      /** Room for the values, one variable after the other; the signal tells when they are there. */
      readonly into: SharedArrayBuffer;
    }
  | { readonly type: 'discard-variables'; readonly variables: number };

/** The answer to a `compile` or a `run`. */
export interface Answer {
  readonly call: number;
  readonly fetches?: Readonly<Record<string, Float32Array>>;
  readonly error?: { readonly message: string; readonly code?: ErrorCode };
  /** Buffers of the feeds, to be used again. */
  readonly buffers: readonly ArrayBuffer[];
}
