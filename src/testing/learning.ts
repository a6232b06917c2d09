import type { LearnerEvent } from '../core/events.js';
import type { Experience } from '../core/experience.js';
import type { Learner } from '../core/learner.js';
import type { Memory } from '../core/memory.js';
import { rowRange, rowsOfClasses, type Samples } from '../core/dataset.js';
import type { RandomStreams } from '../core/random.js';
import { syntheticDataset } from '../data/synthetic.js';
import type { Engine, Feeds } from '../engine/engine.js';
import type { LearnerContext } from '../learners/context.js';
import { memories } from '../memory/memories.js';
import { samplers } from '../memory/sampling/samplers.js';
import { memoryContext } from './taught-memory.js';
import type { TrainedFunction } from '../core/trained-function.js';
import type { GraphNode } from '../engine/graph/node.js';

/** Six classes in three tasks of two: blobs that a small network learns in a hundred steps. */
export const data = syntheticDataset({
  classes: 6,
  width: 16,
  trainPerClass: 60,
  testPerClass: 20,
  spread: 0.06,
  seed: 5,
});

export const experiences: readonly Experience[] = [
  [0, 1],
  [2, 3],
  [4, 5],
].map((classes, i) => ({
  index: i + 1,
  classes,
  newClasses: classes,
  train: data.train.select(rowsOfClasses(data.train, classes)),
}));

/** The first of them. */
export const [firstExperience = { index: 1, classes: [], newClasses: [], train: data.train }] = experiences;

/** Small networks: a run of three tasks takes a fraction of a second. */
export const smallNetwork = { hidden: [32], learningRate: 0.005 };

/** What `change` makes of the memory stands between it and the learner: for showing that tests notice. */
export function contextFor(
  engine: Engine,
  random: RandomStreams,
  change: (memory: Memory) => Memory = (memory) => memory,
): LearnerContext {
  return {
    engine,
    random,
    plan: { budget: { iterations: 100 }, batchSize: 32 },
    shape: [16],
    width: 16,
    classCount: 6,
    memory: async () => {
      const options = { latent: 6, hidden: [32], refitDreams: 600, learningRate: 0.003 };
      return change(await memories.autoencoder.make(options, await memoryContext(engine, random)));
    },
    memoryOf: async ({ name, options, sampler }) => {
      const made = Object.entries<(typeof samplers)[keyof typeof samplers]>(samplers).find(
        ([own]) => own === sampler.name,
      );
      const part = Object.entries<(typeof memories)[keyof typeof memories]>(memories).find(([own]) => own === name);
      if (made === undefined || part === undefined)
        throw new Error(`no memory "${name}", or no sampler "${sampler.name}"`);
      const context = await memoryContext(engine, random);
      return change(
        await part[1].make(options, { ...context, sampler: await made[1].make(sampler.options, undefined) }),
      );
    },
  };
}

/** Learns these experiences and gives all events. */
export async function learnAll(learner: Learner, those: readonly Experience[] = experiences): Promise<LearnerEvent[]> {
  const events: LearnerEvent[] = [];
  for (const experience of those) for await (const event of learner.learn(experience)) events.push(event);
  return events;
}

/** Accuracy on the test samples of these classes. */
export async function accuracyOn(learner: Learner, classes: readonly number[]): Promise<number> {
  const samples: Samples = data.test.select(rowsOfClasses(data.test, classes));
  const features = new Float32Array(samples.size * samples.width);
  samples.copyRows(rowRange(0, samples.size), features);
  const { labels } = await learner.predict(features, samples.size);
  return labels.filter((label, i) => label === samples.label(i)).length / samples.size;
}

/** What a trained function makes of `count` rows, computed by an engine. */
export async function outputsOf(
  engine: Engine,
  trained: TrainedFunction,
  feeds: Feeds,
  count: number,
): Promise<Readonly<Record<string, Float32Array>>> {
  const program = await engine.compile({ fetches: trained.graph(count) as Readonly<Record<string, GraphNode>> });
  const variables = engine.variables(trained.parameters);
  try {
    return await program.run(feeds, variables);
  } finally {
    variables.dispose();
    program.dispose();
  }
}
