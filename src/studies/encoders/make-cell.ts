import type { EncoderCell } from './encoder-result.js';
import { RandomStreams } from '../../core/random.js';
import { EventLoopYielder } from '../../experiment/event-loop-yielder.js';
import { fitAutoencoder, type FitReport } from '../../representation/fitting/fit-autoencoder.js';
import { codeMeasuresOf } from './code-measures.js';
import { labelOf } from './encoder-plan.js';
import type { AutoencoderTrained, ProbeFitted } from './encoder-events.js';
import type { EncoderSetup, PlannedCell } from './encoder-setup.js';
import { grouped } from './changed-samples.js';
import { keepCodes, keepMaps } from './kept-arrays.js';
import { probed, trainingShare, type Bench } from './probe-codes.js';
import { drawnSamples } from './study-samples.js';

type CellProgress = AutoencoderTrained | ProbeFitted;

/**
 * One arm with one seed: draws the samples, trains the autoencoder, puts probes on its codes, measures them. What is drawn
 * depends on seed and autoencoder alone, so that arms that differ in their encoder start from the same parameters and
 * samples, and can be compared in pairs.
 *
 * @param done how much of the study is done, from the share of this cell that is
 * @returns undefined where it was stopped
 */
export async function* makeCell(
  setup: EncoderSetup,
  { name, arm, seed }: PlannedCell,
  done: (share: number) => number,
  signal: AbortSignal,
): AsyncGenerator<CellProgress, EncoderCell | undefined, undefined> {
  const { dataset, plan, parts, validate, clock } = setup;
  const began = clock();
  const random = new RandomStreams(seed);
  const samples = drawnSamples(dataset, plan.samples, validate, random.stream('samples'));
  const own = random.stream(`${labelOf(arm.autoencoder)}/parameters`);
  const network = await parts.autoencoder(arm.autoencoder, samples.train, own);
  const at = { arm: arm.name, seed };
  try {
    const report = yield* trained(setup, { name, arm, seed }, { network, samples, random }, done, signal);
    if (report === undefined) return undefined;
    const probes = yield* probed(setup, { name, arm, seed }, { network, samples, random }, done, signal);
    if (probes === undefined) return undefined;
    const measured = await codeMeasuresOf(network, samples.measured);
    if (setup.codes) await keepCodes(setup, name, network, samples);
    if (seed === plan.seeds[0]) {
      const maps = keepMaps(setup, name, network, samples.measured, random.stream('maps'), signal);
      if (await stopped(maps, signal)) return undefined;
    }
    const { losses, bestEpoch, steps } = report;
    return { name, ...at, losses, bestEpoch, steps, probes, ...measured, seconds: (clock() - began) / 1000 };
  } finally {
    network.dispose();
  }
}

/** Waits for work; whether it ended because it was to stop. */
async function stopped(work: Promise<void>, signal: AbortSignal): Promise<boolean> {
  try {
    await work;
  } catch (error) {
    if (!signal.aborted) throw error;
  }
  return signal.aborted;
}

async function* trained(
  { plan, parts, clock }: EncoderSetup,
  { arm, seed }: PlannedCell,
  { network, samples, random }: Bench,
  done: (share: number) => number,
  signal: AbortSignal,
): AsyncGenerator<AutoencoderTrained, FitReport | undefined, undefined> {
  const grouping = plan.groupings.find(({ name }) => name === arm.groups);
  const train = grouping === undefined ? samples.train : grouped(samples.train, grouping);
  const encoder = await parts.encoder(arm.encoder);
  const fit = fitAutoencoder({ network, encoder, train, plan: plan.training, random: random.stream('fitting') });
  const yielder = new EventLoopYielder(clock);
  for (;;) {
    const next = await fit.next();
    if (next.done === true) return next.value;
    const event = next.value;
    if (event.type === 'step-trained') {
      const { epoch, epochs, loss, step, steps } = event;
      const share = done((trainingShare * step) / steps);
      yield { type: 'autoencoder-trained', arm: arm.name, seed, epoch, epochs, loss, done: share };
    }
    await yielder.yieldToEventLoop();
    if (signal.aborted) return undefined;
  }
}
