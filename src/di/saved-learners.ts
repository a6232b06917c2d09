import { isReverieError, messageOf, ReverieError } from '../core/errors.js';
import type { TrainingPlan } from '../core/experience.js';
import type { Learner } from '../core/learner.js';
import { RandomStreams } from '../core/random.js';
import { sizeOf } from '../core/tensor.js';
import type { Engine } from '../engine/engine.js';
import type { SavedRun } from '../experiment/saved-run.js';
import { learnerConfiguration } from '../scenarios/saved-configuration.js';
import type { PartChoice } from '../scenarios/scenario.js';
import type { PartRegistry } from './part-registry.js';
import { runContainer, runTokens } from './run-container.js';

/**
 * The learner of a saved run as it was at its checkpoint; see {@link import('./composition.js').Composition.rebuild}.
 *
 * @throws bad-checkpoint where the checkpoint does not fit what it says it is of, unknown-name where a part is missing
 */
export async function rebuiltLearner(
  registry: PartRegistry,
  engine: Engine,
  run: SavedRun,
  seed: number,
): Promise<Learner> {
  const { checkpoint, checkpointPath } = run;
  const { plan, learner: choice } = configurationOf(run);
  let learner: Learner | undefined;
  try {
    learner = await learnerLike(registry, engine, run, choice, plan, new RandomStreams(seed));
    await learner.restore(checkpoint.learner);
    return learner;
  } catch (cause) {
    learner?.dispose();
    const problem = messageOf(cause);
    if (isReverieError(cause) && cause.code === 'unknown-name') {
      const hint = 'if a plug-in brought it, name that with --plugin';
      throw new ReverieError(cause.code, `${checkpointPath}: ${problem}; ${hint}`, { cause });
    }
    throw new ReverieError(
      'bad-checkpoint',
      `learner "${choice.name}" cannot be made again from ${checkpointPath}, which reverie ` +
        `${checkpoint.state.description.versions['reverie'] ?? 'unknown'} wrote: ${problem.replaceAll(/\s+/g, ' ')}`,
      { cause },
    );
  }
}

/** A learner that has learnt nothing, for samples like those of a saved run, with the memory of its scenario. */
export async function learnerLike(
  registry: PartRegistry,
  engine: Engine,
  run: SavedRun,
  learner: PartChoice,
  plan: TrainingPlan,
  random: RandomStreams,
): Promise<Learner> {
  const { memory } = configurationOf(run);
  const shape = run.checkpoint.state.sampleShape;
  const samples = { shape, width: sizeOf(shape) };
  // Those met so far; a model with an output for each of more classes says so in what it saved.
  const classCount = new Set(run.checkpoint.state.tasks.flat()).size;
  const parts = { learner, scenario: { plan, memory }, samples, classCount, engine, random };
  const container = await runContainer(registry, parts);
  return container.getAsync(runTokens.learner);
}

function configurationOf({ checkpoint, checkpointPath }: SavedRun) {
  return learnerConfiguration(checkpoint.state.description.configuration, checkpointPath);
}
