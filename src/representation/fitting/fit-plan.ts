import { ReverieError } from '../../core/errors.js';

/** How long an autoencoder is fitToEnd, and when to stop before. */
export interface FitPlan {
  /** Passes over the samples at most, at least 1. */
  readonly epochs: number;
  /** Samples per optimiser step, at least 1; all of them where there are fewer. */
  readonly batchSize: number;
  /** Early stopping, where given. */
  readonly validation?: {
    /** Share of the samples, in (0, 1), that is held out to measure on. */
    readonly fraction: number;
    /** Epochs without a better validation loss after which it stops, at least 1. */
    readonly patience: number;
  };
}

/** @throws bad-usage for a number that is out of its range, bad-data for too few samples */
export function checkPlan({ epochs, batchSize, validation }: FitPlan, size: number): void {
  wholeNumber('epochs', epochs);
  wholeNumber('batchSize', batchSize);
  if (size === 0) throw new ReverieError('bad-data', 'fitting an autoencoder: there are no samples; give at least one');
  if (validation === undefined) return;
  const { fraction, patience } = validation;
  wholeNumber('validation.patience', patience);
  if (!(fraction > 0 && fraction < 1)) {
    throw new ReverieError(
      'bad-usage',
      `fitting an autoencoder: validation.fraction ${fraction} is not between 0 and 1, both excluded; 0.1 is usual`,
    );
  }
  if (size < 2) {
    throw new ReverieError(
      'bad-data',
      'fitting an autoencoder: of one sample none can be held out; give more samples, or no validation',
    );
  }
}

/** How many of `size` samples, at least 2, are held out: at least one, and never all. */
export function heldOutCount(size: number, fraction: number): number {
  return Math.min(size - 1, Math.max(1, Math.round(size * fraction)));
}

function wholeNumber(name: string, value: number): void {
  if (Number.isInteger(value) && value >= 1) return;
  throw new ReverieError('bad-usage', `fitting an autoencoder: ${name} ${value} is not a whole number from 1 on`);
}
