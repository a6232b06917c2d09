import { ReverieError } from '../../core/errors.js';
import { shuffledBatches } from '../../core/batches.js';
import { labelsOf, type Samples } from '../../core/dataset.js';
import type { Encoder, SampleOf } from '../../core/encoder.js';
import type { Warning } from '../../core/events.js';
import type { RandomStream } from '../../core/random.js';
import type { Snapshot } from '../../core/snapshot.js';
import type { MemoryNetwork } from '../../memory/autoencoders/memory-network.js';
import { identityEncoder } from '../../memory/encoders.js';
import { mean } from '../../metrics/statistics/sample.js';
import { reconstructionErrors } from '../code-set.js';
import { EarlyStopping, toEnd, trainEpochs, type EpochMeasured, type StepTrained } from './train-epochs.js';

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
function checkPlan({ epochs, batchSize, validation }: FitPlan, size: number): void {
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

export interface Fit {
  /** What is fitted: its working parameters. */
  readonly network: MemoryNetwork;
  /** Which sample each is to reconstruct; drawn among all of {@link train}, not among a batch. Itself if not given. */
  readonly encoder?: Encoder;
  readonly train: Samples;
  readonly plan: FitPlan;
  /** Draws what is held out, the order of samples, and targets. */
  readonly random: RandomStream;
}

/** An optimiser step: how many there will be at most; early stopping takes fewer. Its loss is in the network's own unit. */
export type FitStep = StepTrained & { readonly steps: number };

/** A pass over the samples has ended. */
export interface FitEpoch extends Omit<EpochMeasured, 'measured'> {
  /** Where samples are held out: see {@link FitReport.validationLosses}. */
  readonly validationLoss?: number;
}

/** Warnings come first: those of the network, and of what its encoder is to draw from. */
export type FitEvent = FitStep | FitEpoch | Warning;

export interface FitReport {
  /** Mean training loss of each epoch that was trained. */
  readonly losses: readonly number[];
  /** Mean squared error per value on what was held out, after each epoch; empty without validation. */
  readonly validationLosses: readonly number[];
  /** The epoch, from 1, whose parameters the network has now: that of the least validation loss, or else the last. */
  readonly bestEpoch: number;
  /** Optimiser steps taken. */
  readonly steps: number;
}

/**
 * Fits an autoencoder alone, without a stream of tasks, and yields events: passes over the samples in random order and,
 * where the plan says so, early stopping with the best parameters restored (study guide of autoencoders, 2.4). Whoever
 * pulls the events drives it. Measured on the held-out samples is how well their targets are reconstructed, drawn once,
 * as the encoder draws at the last step of the plan, so that epochs are compared by the same aim.
 *
 * @throws bad-usage, bad-data for a plan that cannot be, or of an encoder that cannot draw from these samples; diverged
 * where a loss is no longer a number
 */
export async function* fitAutoencoder(fit: Fit): AsyncGenerator<FitEvent, FitReport, undefined> {
  const { network, encoder = identityEncoder(), train, plan, random } = fit;
  checkPlan(plan, train.size);
  const { epochs } = plan;
  const { kept, heldOut } = split(train, plan.validation?.fraction, random);
  const batchSize = Math.min(plan.batchSize, kept.size);
  const stepsPerPass = kept.size / batchSize;
  const steps = Math.ceil(epochs * stepsPerPass);
  const lastStep = network.trainer.steps + steps;
  yield* [...(network.warnings?.() ?? []), ...(encoder.check?.({ train: kept, steps: lastStep }) ?? [])];
  const stopping = heldOut && earlyStopping({ ...fit, encoder }, heldOut, lastStep);
  const targets = new SetTargets(kept, encoder, random, stepsPerPass);
  const batches = shuffledBatches(kept, batchSize, random);
  const training = trainEpochs({
    subject: 'fitting an autoencoder',
    remedy: 'a lower learning rate may help',
    epochs,
    step: async () => {
      const { rows, endsEpoch } = batches.next().value;
      return { loss: await trainOn(network, kept, rows, targets), endsEpoch };
    },
    ...(stopping && { measure: () => stopping.measure(), enough: () => stopping.done }),
  });
  for (;;) {
    const next = await training.next();
    if (next.done === true) {
      const { losses, measured, steps: taken } = next.value;
      return { losses, validationLosses: measured, bestEpoch: stopping?.restoreBest() ?? losses.length, steps: taken };
    }
    if (next.value.type === 'step-trained') yield { ...next.value, steps };
    else {
      const { measured, ...epoch } = next.value;
      yield { ...epoch, ...(measured !== undefined && { validationLoss: measured }) };
    }
  }
}

/** Fits to the end without looking: what {@link fitAutoencoder} reports. */
export function fitToEnd(fit: Fit): Promise<FitReport> {
  return toEnd(fitAutoencoder(fit));
}

async function trainOn(network: MemoryNetwork, samples: Samples, rows: Uint32Array, targets: SetTargets) {
  const count = rows.length;
  const [x, target] = [new Float32Array(count * samples.width), new Float32Array(count * samples.width)];
  samples.copyRows(rows, x);
  samples.copyRows(targets.of(rows, network.trainer.steps), target);
  const labels = Int32Array.from(rows, (row) => samples.label(row));
  return network.train(count, x, target, new Float32Array(count).fill(1 / count), { labels });
}

function split(
  samples: Samples,
  fraction: number | undefined,
  random: RandomStream,
): { readonly kept: Samples; readonly heldOut?: Samples } {
  if (fraction === undefined) return { kept: samples };
  const order = random.permutation(samples.size);
  const count = heldOutCount(samples.size, fraction);
  return { kept: samples.select(order.subarray(count)), heldOut: samples.select(order.subarray(0, count)) };
}

/** By how well the targets of the held-out samples are reconstructed, drawn once. */
function earlyStopping(
  { network, encoder, plan, random }: Fit & { readonly encoder: Encoder },
  heldOut: Samples,
  lastStep: number,
): EarlyStopping<Snapshot> {
  const targets = encoder.targets(labelsOf(heldOut), lastStep, random, sampleOf(heldOut));
  const measure = async (): Promise<number> => {
    const errors = await reconstructionErrors(network.with(network.trainer.variables), heldOut, targets);
    return mean(Array.from(errors)) ?? NaN;
  };
  const save = (): Snapshot => network.save();
  const restore = (saved: Snapshot): void => {
    network.restore(saved);
  };
  return new EarlyStopping({ measure, save, restore }, plan.validation?.patience ?? Infinity);
}

/** Times per pass that targets are drawn: so often does a probability that changes with the steps take effect. */
const drawsPerPass = 32;

/**
 * Which row each row is to reconstruct, drawn among all samples, as in arXiv 2309.01532, however small the batches are:
 * in a batch of 32 with ten classes, three rows in ten would draw themselves.
 */
class SetTargets {
  readonly #labels: Int32Array;
  readonly #sample: SampleOf;
  readonly #every: number;
  #drawnAt = -Infinity;
  #targets: Uint32Array = new Uint32Array();

  /** @param stepsPerPass optimiser steps in which all samples are seen once */
  constructor(
    samples: Samples,
    private readonly encoder: Encoder,
    private readonly random: RandomStream,
    stepsPerPass: number,
  ) {
    this.#labels = labelsOf(samples);
    this.#sample = sampleOf(samples);
    this.#every = Math.max(1, Math.floor(stepsPerPass / drawsPerPass));
  }

  /**
   * The row to reconstruct for each of these.
   *
   * @param step optimiser steps taken so far
   */
  of(rows: Uint32Array, step: number): Uint32Array {
    if (step >= this.#drawnAt + this.#every) {
      this.#targets = this.encoder.targets(this.#labels, step, this.random, this.#sample);
      this.#drawnAt = step;
    }
    return rows.map((row) => this.#targets[row] ?? row);
  }
}

/** The values of a sample, copied. */
function sampleOf(samples: Samples): SampleOf {
  return (row) => {
    const values = new Float32Array(samples.width);
    samples.copyRows([row], values);
    return values;
  };
}
