import type { ProbeOutcome } from './encoder-result.js';
import type { RandomStreams } from '../../core/random.js';
import type { MemoryNetwork } from '../../memory/autoencoders/memory-network.js';
import { encodeAll } from '../../representation/code-set.js';
import { evaluateProbe } from '../../representation/probes/evaluate-probe.js';
import type { ProbeFitted } from './encoder-events.js';
import { labelOf } from './encoder-plan.js';
import type { EncoderSetup, PlannedCell } from './encoder-setup.js';
import { probeTasks, type SeedSamples } from './study-samples.js';

/** About how much of a cell's time its autoencoder takes; only to estimate how much time is left. */
export const trainingShare = 0.6;

/** What a cell is made of once its samples are drawn. */
export interface Bench {
  readonly network: MemoryNetwork;
  readonly samples: SeedSamples;
  readonly random: RandomStreams;
}

/**
 * Fits every probe to the codes of each task, and measures it; each draws from a stream of its own, so that which others
 * there are changes nothing of it.
 *
 * @param done how much of the study is done, from the share of this cell that is
 * @returns undefined where it was stopped
 */
export async function* probed(
  { plan, parts }: Pick<EncoderSetup, 'plan' | 'parts'>,
  { arm, seed }: PlannedCell,
  { network, samples, random }: Bench,
  done: (share: number) => number,
  signal: AbortSignal,
): AsyncGenerator<ProbeFitted, readonly ProbeOutcome[] | undefined, undefined> {
  const outcomes: ProbeOutcome[] = [];
  const work = probeTasks(samples, plan).map((task) => ({
    ...task,
    probes: plan.probes.filter(({ targets = 'all' }) => targets === 'all' || task.name === 'classes'),
  }));
  const total = work.reduce((sum, { probes }) => sum + probes.length, 0);
  let fittings = 0;
  for (const { name: task, fit, targets, probes } of work) {
    const codes = await encodeAll(network, fit);
    const measured = [];
    for (const target of targets) measured.push({ target: target.name, set: await encodeAll(network, target.samples) });
    for (const choice of probes) {
      const probe = labelOf(choice);
      const fitted = await (await parts.probe(choice)).fit(codes, random.stream(`${probe}/${task}`));
      try {
        for (const { target, set } of measured) {
          outcomes.push({ target, probe, ...(await evaluateProbe(fitted, set)) });
        }
      } finally {
        fitted.dispose();
      }
      const share = done(trainingShare + ((1 - trainingShare) * ++fittings) / total);
      yield { type: 'probe-fitted', arm: arm.name, seed, probe, task, done: share };
      if (signal.aborted) return undefined;
    }
  }
  return outcomes;
}
