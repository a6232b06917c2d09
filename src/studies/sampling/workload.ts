import type { StageKind } from './training-stage.js';

/** Parameters of a fully connected network. */
export function parametersOf(widths: readonly number[]): number {
  return widths.slice(1).reduce((sum, units, i) => sum + ((widths[i] ?? 0) + 1) * units, 0);
}

/** What determines how long a step takes. */
export interface StepWork {
  readonly kind: StageKind;
  /** Parameters of the network that is trained. */
  readonly trained: number;
  /** Parameters of the networks that are only applied, one row in the batch after the other. */
  readonly applied: number;
  readonly batch: number;
  /** Values per sample. */
  readonly width: number;
}

/**
 * How long a step takes, in multiply-adds and what takes as long as they do; good to a third or so, and only for telling
 * how much time is left. Forward and backward take three products. An optimiser's step over a parameter takes as long as
 * some 60 multiply-adds do, and a value that is drawn, copied or compared with its target as long as some 600.
 */
export function stepWork({ kind, trained, applied, batch, width }: StepWork): number {
  const values = kind === 'memory' ? 2 * width : width;
  return trained * (3 * batch + 60) + applied * batch + 600 * values * batch;
}
