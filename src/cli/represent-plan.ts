import type { RepresentScenario } from '../scenarios/load-represent.js';
import { everyArm, type EncoderPlan } from '../studies/encoders/encoder-plan.js';

/** The study that a file asks for: every autoencoder with every encoder. */
export function representPlan({
  samples,
  groups,
  autoencoders,
  encoders,
  probes,
  domains,
  training,
  seeds,
}: RepresentScenario): EncoderPlan {
  return {
    samples,
    arms: everyArm(autoencoders, encoders),
    groupings: Object.entries(groups).map(([name, own]) => ({ name, groups: own })),
    probes,
    domains,
    training,
    seeds,
  };
}
