import { syntheticDataset } from '../../../src/data/synthetic.js';
import type { Dataset } from '../../../src/core/dataset.js';
import type { Engine } from '../../../src/engine/engine.js';
import { rowTrials } from '../../../src/studies/sampling/row-trial.js';
import type { SamplingStudy } from '../../../src/studies/sampling/sampling-result.js';
import { rowsWithTrials, samplingStudy, type SamplingChoices } from '../../../src/studies/sampling/sampling-study.js';
import type { MemoryPlan, StudyPlan } from '../../../src/studies/sampling/study-plan.js';
import { resultsOf } from '../run-trial.js';

export const blobs = syntheticDataset({
  classes: 3,
  width: 12,
  trainPerClass: 60,
  testPerClass: 40,
  spread: 0.05,
  seed: 4,
});

const walks = [{ lambda: 0.3, jumps: 5, collect: 'noisy' }] as const;
const none = { gaussian: 0, saltAndPepper: 0 };
const some = { gaussian: 0.1, saltAndPepper: 0.1 };
const deep = { hidden: [16], latent: 6, activation: 'relu', epochs: 20, batch: 20, outputBias: 'mean', walks } as const;
const shallow = {
  hidden: [],
  latent: 6,
  activation: 'tanh',
  epochs: 10,
  batch: 20,
  outputBias: 'mean',
  walks,
} as const;

/** A plan of a second or so, with the four kinds of autoencoders. */
export const tinyPlan: StudyPlan = {
  hidden: [16],
  initialisation: 'auto',
  teacher: { epochs: 30, batch: 20 },
  student: { epochs: 2, steps: 150, batch: 20 },
  memories: [
    { name: 'deep-ae', ...deep, noise: none },
    { name: 'shallow-ae', ...shallow, noise: none },
    { name: 'deep-dae', ...deep, noise: some },
    { name: 'shallow-dae', ...shallow, noise: some },
  ] satisfies readonly MemoryPlan[],
};

/** A small study of the blobs. */
export function tinyChoices(engine: Engine, changes: Partial<SamplingChoices> = {}): SamplingChoices {
  const plan = { plan: tinyPlan, budget: 'quick', table: 'mnist' } as const;
  return { ...plan, dataset: blobs, datasetOptions: {}, seed: 1, engine, validate: false, ...changes };
}

/** The kind of its trials, of a process of its own whose clock stands still. */
export function tinyRows(engine: Engine, dataset: Dataset = blobs) {
  return rowTrials({ dataset: () => Promise.resolve(dataset), engine: () => Promise.resolve(engine), clock: () => 0 });
}

/** A study whose rows are all run, one after the other in one process. */
export async function studyOf(choices: SamplingChoices, engine: Engine): Promise<SamplingStudy> {
  const kind = tinyRows(engine, choices.dataset);
  const trials = rowsWithTrials(kind, choices).map(({ trial }) => trial);
  return samplingStudy(choices, { reverie: '0.1.0' }, await resultsOf(kind, trials));
}
