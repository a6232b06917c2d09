import { ReverieError } from '../../core/errors.js';
import { mean } from '../../metrics/statistics/sample.js';

/** One optimiser step was taken. */
export interface StepTrained {
  readonly type: 'step-trained';
  /** From 1. */
  readonly epoch: number;
  readonly epochs: number;
  /** From 1, in all epochs together. */
  readonly step: number;
  /** Of the batch, before the step. */
  readonly loss: number;
}

/** An epoch has ended. */
export interface EpochMeasured {
  readonly type: 'epoch-measured';
  readonly epoch: number;
  readonly epochs: number;
  /** Mean of the losses of its steps. */
  readonly loss: number;
  /** What {@link EpochTraining.measure} gave. */
  readonly measured?: number;
}

export interface EpochTraining {
  /** What is trained and what may help where its loss is not finite, for the error. */
  readonly subject: string;
  readonly remedy: string;
  /** At most. */
  readonly epochs: number;
  /** Takes an optimiser step. */
  readonly step: () => Promise<{ readonly loss: number; readonly endsEpoch: boolean }>;
  /** Measures what an epoch has led to. */
  readonly measure?: (() => Promise<number>) | undefined;
  /** Whether to end before the next epoch. */
  readonly enough?: (() => boolean) | undefined;
}

export interface EpochReport {
  /** Mean loss of each epoch. */
  readonly losses: readonly number[];
  /** What was measured after each epoch; empty where nothing is. */
  readonly measured: readonly number[];
  /** Optimiser steps taken. */
  readonly steps: number;
}

/**
 * Trains epoch by epoch and yields each step and each epoch; whoever pulls the events drives it. @throws diverged where
 * a loss is not finite
 */
export async function* trainEpochs({
  subject,
  remedy,
  epochs,
  step: takeStep,
  measure,
  enough,
}: EpochTraining): AsyncGenerator<StepTrained | EpochMeasured, EpochReport, undefined> {
  const [losses, measures]: [number[], number[]] = [[], []];
  let ofEpoch: number[] = [];
  let step = 0;
  while (losses.length < epochs && enough?.() !== true) {
    const { loss, endsEpoch } = await takeStep();
    const epoch = losses.length + 1;
    step++;
    if (!Number.isFinite(loss)) {
      throw new ReverieError(
        'diverged',
        `${subject}: the loss is ${loss} at step ${step}, in epoch ${epoch}; ${remedy}`,
      );
    }
    ofEpoch.push(loss);
    yield { type: 'step-trained', epoch, epochs, step, loss };
    if (!endsEpoch) continue;
    const epochLoss = mean(ofEpoch) ?? NaN;
    losses.push(epochLoss);
    ofEpoch = [];
    const measured = await measure?.();
    if (measured !== undefined) measures.push(measured);
    yield { type: 'epoch-measured', epoch, epochs, loss: epochLoss, ...(measured !== undefined && { measured }) };
  }
  return { losses, measured: measures, steps: step };
}

/** Pulls all events of a training without looking at them; gives what it returns. */
export async function toEnd<Report>(training: AsyncGenerator<unknown, Report, undefined>): Promise<Report> {
  for (;;) {
    const next = await training.next();
    if (next.done === true) return next.value;
  }
}

/** What is stopped early: how it is measured, less being better, and how its state is kept. */
export interface Stoppable<State> {
  measure(): Promise<number>;
  save(): State;
  restore(state: State): void;
}

/** Measures after each epoch, keeps the state of the best, and says when nothing better has come for long enough. */
export class EarlyStopping<State> {
  readonly #losses: number[] = [];
  #best: { readonly epoch: number; readonly state: State } | undefined;

  /** @param patience epochs without a better one after which it is done */
  constructor(
    private readonly stopped: Stoppable<State>,
    private readonly patience: number,
  ) {}

  get done(): boolean {
    return this.#losses.length - (this.#best?.epoch ?? 0) >= this.patience;
  }

  /** Measures an epoch that has just ended; the first of equals stays the best. */
  async measure(): Promise<number> {
    const loss = await this.stopped.measure();
    const isBest = this.#losses.every((earlier) => loss < earlier);
    this.#losses.push(loss);
    if (isBest) this.#best = { epoch: this.#losses.length, state: this.stopped.save() };
    return loss;
  }

  /** Restores the state after the best epoch; says which that was. */
  restoreBest(): number {
    if (this.#best === undefined) throw new RangeError('no epoch was measured yet');
    if (this.#best.epoch < this.#losses.length) this.stopped.restore(this.#best.state);
    return this.#best.epoch;
  }
}
