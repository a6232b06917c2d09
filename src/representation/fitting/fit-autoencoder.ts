import { shuffledBatches } from '../../core/batches.js';
import { labelsOf, type Samples } from '../../core/dataset.js';
import type { Encoder } from '../../core/encoder.js';
import type { Warning } from '../../core/events.js';
import type { RandomStream } from '../../core/random.js';
import type { Snapshot } from '../../core/snapshot.js';
import type { MemoryNetwork } from '../../memory/autoencoders/memory-network.js';
import { identityEncoder } from '../../memory/encoders/encoders.js';
import { mean } from '../../metrics/statistics/sample.js';
import { reconstructionErrors } from '../reconstruction-errors.js';
import { checkPlan, heldOutCount, type FitPlan } from './fit-plan.js';
import { sampleOf, SetTargets } from './set-targets.js';
import { EarlyStopping, toEnd, trainEpochs, type EpochMeasured, type StepTrained } from './train-epochs.js';

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
 * Fits an autoencoder alone, without a stream of tasks, and yields events: passes over the samples in random order and, where
 * the plan says so, early stopping with the best parameters restored (study guide of autoencoders, 2.4). Whoever pulls the
 * events drives it, and stops it by pulling no more.
 *
 * What is measured on the held-out samples is how well their targets are reconstructed, drawn once, among them, as the
 * encoder draws at the last step of the plan: where its probability grows, epochs are compared by the same aim.
 *
 * @throws bad-usage, bad-data for a plan that cannot be, or of an encoder that cannot draw from these samples; diverged where
 *   a loss is no longer a number
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
