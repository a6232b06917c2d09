import { shuffledBatches } from '../../core/batches.js';
import type { Samples } from '../../core/dataset.js';
import type { Encoder } from '../../core/encoder.js';
import { ReverieError } from '../../core/errors.js';
import type { RandomStream } from '../../core/random.js';
import type { Snapshot } from '../../core/snapshot.js';
import type { MemoryNetwork } from '../../memory/autoencoders/memory-network.js';
import { reconstructionErrors } from '../reconstruction-errors.js';
import { checkPlan, heldOutCount, type FitPlan } from './fit-plan.js';
import { labelsOf, SetTargets } from './set-targets.js';

export interface Fit {
  /** What is fitted: its working parameters. */
  readonly network: MemoryNetwork;
  /** Which sample each is to reconstruct; drawn among all of {@link train}, not among a batch. */
  readonly encoder: Encoder;
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

export type FitEvent = StepTrained | EpochMeasured;

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
 * @throws bad-usage, bad-data for a plan that cannot be; diverged where a loss is no longer a number
 */
export async function* fitAutoencoder(fit: Fit): AsyncGenerator<FitEvent, FitReport, undefined> {
  const { network, encoder, train, plan, random } = fit;
  checkPlan(plan, train.size);
  const { epochs, validation } = plan;
  const { kept, heldOut } = split(train, validation?.fraction, random);
  const batchSize = Math.min(plan.batchSize, kept.size);
  const stepsPerPass = kept.size / batchSize;
  const steps = Math.ceil(epochs * stepsPerPass);
  const targets = new SetTargets(kept, encoder, random, stepsPerPass);
  const heldOutTargets = heldOut && encoder.targets(labelsOf(heldOut), network.trainer.steps + steps, random);
  const batches = shuffledBatches(kept, batchSize, random);
  const [losses, validationLosses]: [number[], number[]] = [[], []];
  let best: { readonly epoch: number; readonly loss: number; readonly snapshot: Snapshot } | undefined;
  let ofEpoch: number[] = [];
  let step = 0;
  while (losses.length < epochs) {
    const { rows, endsEpoch } = batches.next().value;
    const loss = await trainOn(network, kept, rows, targets);
    step++;
    const epoch = losses.length + 1;
    if (!Number.isFinite(loss)) throw diverged(loss, epoch, step);
    ofEpoch.push(loss);
    yield { type: 'step-trained', epoch, epochs, step, steps, loss };
    if (!endsEpoch) continue;
    losses.push(meanOf(ofEpoch));
    ofEpoch = [];
    const measured = { type: 'epoch-measured', epoch, epochs, loss: losses.at(-1) ?? NaN } as const;
    if (heldOut === undefined || validation === undefined) {
      yield measured;
      continue;
    }
    const autoencoder = network.with(network.trainer.variables);
    const validationLoss = meanOf(await reconstructionErrors(autoencoder, heldOut, heldOutTargets));
    validationLosses.push(validationLoss);
    if (best === undefined || validationLoss < best.loss) {
      best = { epoch, loss: validationLoss, snapshot: network.save() };
    }
    yield { ...measured, validationLoss };
    if (epoch - best.epoch >= validation.patience) break;
  }
  if (best !== undefined && best.epoch < losses.length) network.restore(best.snapshot);
  return { losses, validationLosses, bestEpoch: best?.epoch ?? losses.length, steps: step };
}

/** Fits to the end without looking: what {@link fitAutoencoder} reports. */
export async function fitted(fit: Fit): Promise<FitReport> {
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

function meanOf(values: ArrayLike<number>): number {
  return Array.from(values).reduce((sum, value) => sum + value, 0) / values.length;
}

function diverged(loss: number, epoch: number, step: number): ReverieError {
  return new ReverieError(
    'diverged',
    `fitting an autoencoder: the loss is ${loss} at step ${step}, in epoch ${epoch}; a lower learning rate may help`,
  );
}
