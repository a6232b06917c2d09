import type { ProbeOutcome } from '../../core/encoder-study.js';
import type { RandomStreams } from '../../core/random.js';
import type { MemoryNetwork } from '../../memory/autoencoders/memory-network.js';
import { encodeAll } from '../../representation/code-set.js';
import { evaluateProbe } from '../../representation/probes/evaluate-probe.js';
import type { ProbeFitted } from './encoder-events.js';
import { labelOf } from './encoder-plan.js';
import type { EncoderSetup, PlannedCell } from './encoder-setup.js';
import { lessonsOf, type SeedSamples } from './study-samples.js';

/** About how much of a cell's time its autoencoder takes; only for telling how much time is left. */
export const trainingShare = 0.6;

/** What a cell is made of once its samples are drawn. */
export interface Bench {
  readonly network: MemoryNetwork;
  readonly samples: SeedSamples;
  readonly random: RandomStreams;
}

/**
 * Puts every probe on the codes, lesson after lesson, and asks it; each draws from a stream of its own, so that which
 * others there are changes nothing of it.
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
  const work = lessonsOf(samples, plan).map((lesson) => ({
    ...lesson,
    probes: plan.probes.filter(({ asked = 'all' }) => asked === 'all' || lesson.topic === 'classes'),
  }));
  const total = work.reduce((sum, { probes }) => sum + probes.length, 0);
  let fittings = 0;
  for (const { topic, fit, asked, probes } of work) {
    const lesson = await encodeAll(network, fit);
    const questions = [];
    for (const { question, samples: about } of asked) {
      questions.push({ question, set: await encodeAll(network, about) });
    }
    for (const choice of probes) {
      const probe = labelOf(choice);
      const fitted = await (await parts.probe(choice)).fit(lesson, random.stream(`${probe}/${topic}`));
      try {
        for (const { question, set } of questions) {
          outcomes.push({ question, probe, ...(await evaluateProbe(fitted, set)) });
        }
      } finally {
        fitted.dispose();
      }
      const share = done(trainingShare + ((1 - trainingShare) * ++fittings) / total);
      yield { type: 'probe-fitted', arm: arm.name, seed, probe, question: topic, done: share };
      if (signal.aborted) return undefined;
    }
  }
  return outcomes;
}
