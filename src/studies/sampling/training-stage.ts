import { ReverieError } from '../../core/errors.js';

/** What is trained: the ground truth classifier, an autoencoder, or a classifier under training. */
export type StageKind = 'teacher' | 'memory' | 'student';

/** One network's training. */
export interface Stage {
  /** The cell that it is for. */
  readonly cell: string;
  readonly kind: StageKind;
  readonly epochs: number;
  /** Optimiser steps in an epoch. */
  readonly steps: number;
  /** One optimiser step; gives its loss. */
  readonly step: () => Promise<number>;
  /** Measures what an epoch has led to; what comes of it is the stage's curve. Absent: the curve is the mean loss. */
  readonly measure?: () => Promise<number>;
}

export interface StepTrained {
  readonly type: 'step-trained';
  readonly cell: string;
  readonly stage: StageKind;
  /** From 1. */
  readonly epoch: number;
  readonly epochs: number;
  /** Within the epoch, from 1. */
  readonly step: number;
  readonly steps: number;
  readonly loss: number;
}

export interface EpochMeasured {
  readonly type: 'epoch-measured';
  readonly cell: string;
  readonly stage: StageKind;
  readonly epoch: number;
  readonly epochs: number;
  /** Mean of the epoch's losses, in nats a sample. */
  readonly loss: number;
  /** Accuracy in [0, 1]; absent where a memory is trained. */
  readonly accuracy?: number;
}

/**
 * Trains, telling each step and each epoch; whoever pulls drives it. Returns a number for each epoch: what `measure` gave,
 * or the mean loss.
 *
 * @throws diverged where a loss is not finite
 */
export async function* trainStage(
  stage: Stage,
): AsyncGenerator<StepTrained | EpochMeasured, readonly number[], undefined> {
  const { cell, kind, epochs, steps, measure } = stage;
  const at = { cell, stage: kind, epochs } as const;
  const curve: number[] = [];
  for (let epoch = 1; epoch <= epochs; epoch++) {
    let total = 0;
    for (let step = 1; step <= steps; step++) {
      const loss = await stage.step();
      if (!Number.isFinite(loss)) {
        throw new ReverieError(
          'diverged',
          `${cell}: the loss of the ${kind} is ${loss} in step ${step} of epoch ${epoch}; try another --seed, or other values with --set`,
        );
      }
      total += loss;
      yield { type: 'step-trained', ...at, epoch, step, steps, loss };
    }
    const loss = total / steps;
    const measured = await measure?.();
    curve.push(measured ?? loss);
    yield { type: 'epoch-measured', ...at, epoch, loss, ...(measured === undefined ? {} : { accuracy: measured }) };
  }
  return curve;
}
