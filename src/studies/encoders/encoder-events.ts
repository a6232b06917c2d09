import type { EncoderCell, EncoderStudy } from './encoder-result.js';
import type { CellEvent } from '../sampling/study-events.js';

/** Everything that happens in an encoder study is one of these. */
export type EncoderEvent = CellEvent<EncoderCell, EncoderStudy> | AutoencoderTrained | ProbeFitted;

/** An optimiser step of an autoencoder. */
export interface AutoencoderTrained {
  readonly type: 'autoencoder-trained';
  readonly arm: string;
  readonly seed: number;
  /** From 1. */
  readonly epoch: number;
  readonly epochs: number;
  readonly loss: number;
  /** In [0, 1], of what this session has to do; an estimate. */
  readonly done: number;
}

/** A probe was fitted to codes, and measured. */
export interface ProbeFitted {
  readonly type: 'probe-fitted';
  readonly arm: string;
  readonly seed: number;
  readonly probe: string;
  /** Of the task: the first of its targets. */
  readonly task: string;
  readonly done: number;
}
