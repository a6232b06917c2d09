import { shuffledBatches } from '../../core/batches.js';
import { labelsOf, type Samples } from '../../core/dataset.js';
import type { Encoder } from '../../core/encoder.js';
import { ReverieError } from '../../core/errors.js';
import type { Warning } from '../../core/events.js';
import type { RandomStream } from '../../core/random.js';
import type { MemoryNetwork } from '../../memory/autoencoders/memory-network.js';
import { identityEncoder } from '../../memory/encoders/identity.js';
import { mean } from '../../metrics/mean.js';
import { EarlyStopping } from './early-stopping.js';
import { checkPlan, heldOutCount, type FitPlan } from './fit-plan.js';
import { sampleOf, SetTargets } from './set-targets.js';

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

/** One optimiser step was taken. */
export interface StepTrained {
  readonly type: 'step-trained';
  /** From 1. */
  readonly epoch: number;
  readonly epochs: number;
  /** From 1. */
  readonly step: number;
  /** At most; early stopping takes fewer. */
  readonly steps: number;
  /** Of the batch, before the step, in the network's own unit. */
  readonly loss: number;
}

/** A pass over the samples has ended. */
export interface EpochMeasured {
  readonly type: 'epoch-measured';
  readonly epoch: number;
  readonly epochs: number;
  /** Mean of the losses of its steps. */
  readonly loss: number;
  /** Where samples are held out: see {@link FitReport.validationLosses}. */
  readonly validationLoss?: number;
}

/** Warnings come first: what is doubtful about the network, or about what its encoder is to draw from. */
export type FitEvent = StepTrained | EpochMeasured | Warning;

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
 * Fits an autoencoder alone, without a stream of tasks, told as events: passes over the samples in random order and, where
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
  const losses: number[] = [];
  let ofEpoch: number[] = [];
  let step = 0;
  while (losses.length < epochs && stopping?.done !== true) {
    const { rows, endsEpoch } = batches.next().value;
    const loss = await trainOn(network, kept, rows, targets);
    const epoch = losses.length + 1;
    step++;
    if (!Number.isFinite(loss)) throw diverged(loss, epoch, step);
    ofEpoch.push(loss);
    yield { type: 'step-trained', epoch, epochs, step, steps, loss };
    if (!endsEpoch) continue;
    const epochLoss = mean(ofEpoch) ?? NaN;
    losses.push(epochLoss);
    ofEpoch = [];
    const validationLoss = await stopping?.measure();
    yield {
      ...{ type: 'epoch-measured', epoch, epochs, loss: epochLoss },
      ...(validationLoss !== undefined && { validationLoss }),
    };
  }
  const bestEpoch = stopping?.restoreBest() ?? losses.length;
  return { losses, validationLosses: stopping?.losses ?? [], bestEpoch, steps: step };
}

/** Fits to the end without looking: what {@link fitAutoencoder} reports. */
export async function fitToEnd(fit: Fit): Promise<FitReport> {
  const events = fitAutoencoder(fit);
  for (;;) {
    const next = await events.next();
    if (next.done === true) return next.value;
  }
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

function earlyStopping(
  { network, encoder, plan, random }: Fit & { readonly encoder: Encoder },
  heldOut: Samples,
  lastStep: number,
): EarlyStopping {
  const targets = encoder.targets(labelsOf(heldOut), lastStep, random, sampleOf(heldOut));
  return new EarlyStopping(network, heldOut, targets, plan.validation?.patience ?? Infinity);
}

function diverged(loss: number, epoch: number, step: number): ReverieError {
  return new ReverieError(
    'diverged',
    `fitting an autoencoder: the loss is ${loss} at step ${step}, in epoch ${epoch}; a lower learning rate may help`,
  );
}
