import { rowsOfClasses, type Samples } from '../core/dataset.js';
import type { Teacher } from '../core/teacher.js';
import type { Dreams, Memory } from '../core/memory.js';
import { RandomStreams } from '../core/random.js';
import type { Sampler } from '../core/sampler.js';
import { syntheticDataset } from '../data/synthetic.js';
import type { Engine } from '../engine/engine.js';
import { memoryBatch } from '../learners/memory-batch.js';
import { encoders } from '../memory/encoders.js';
import type { MemoryContext } from '../memory/memories.js';
import { samplers } from '../memory/sampling/samplers.js';

/** Four blobs, whose centres are about 1.3 apart. */
export const data = syntheticDataset({
  classes: 4,
  width: 16,
  trainPerClass: 100,
  testPerClass: 20,
  spread: 0.05,
  seed: 3,
});

const prototypes = data.classes.map((label) => {
  const rows = rowsOfClasses(data.train, [label]);
  const all = new Float32Array(rows.length * 16);
  data.train.copyRows(rows, all);
  return Float32Array.from({ length: 16 }, (_, j) => {
    let sum = 0;
    for (let i = 0; i < rows.length; i++) sum += all[i * 16 + j] ?? 0;
    return sum / rows.length;
  });
});

/** Distance of a row from the centre of each class. */
function distances(features: Float32Array, row: number): number[] {
  return prototypes.map((m) => Math.sqrt(m.reduce((d, v, j) => d + ((features[row * 16 + j] ?? 0) - v) ** 2, 0)));
}

/** The class whose centre is nearest to each dream. */
export function nearestClasses({ features, count }: Dreams): number[] {
  return Array.from({ length: count }, (_, row) => {
    const to = distances(features, row);
    return to.indexOf(Math.min(...to));
  });
}

/** Median over the dreams of the distance to the nearest centre of a class. */
export function medianDistance({ features, count }: Dreams): number {
  const nearest = Array.from({ length: count }, (_, row) => Math.min(...distances(features, row)));
  return nearest.sort((a, b) => a - b)[Math.floor(count / 2)] ?? NaN;
}

/** A teacher that knows the centres: logit = −10 × squared distance. */
export function nearestPrototype(classes: readonly number[]): Teacher & { disposed: boolean } {
  return {
    disposed: false,
    classes,
    label: (x, count) =>
      Promise.resolve(
        Float32Array.from({ length: count * classes.length }, (_, i) => {
          const to = distances(x, Math.floor(i / classes.length))[classes[i % classes.length] ?? 0] ?? NaN;
          return -10 * to ** 2;
        }),
      ),
    bytes: () => 1000,
    dispose() {
      this.disposed = true;
    },
  };
}

/** The samplers that a memory is made with. */
export async function samplersOf(
  make: () => Sampler | Promise<Sampler>,
): Promise<Pick<MemoryContext, 'sampler' | 'samplerAgain'>> {
  return { sampler: await make(), samplerAgain: async () => make() };
}

/** What a memory for these data is made from. */
export async function memoryContext(
  engine: Engine,
  random: RandomStreams,
  makeSampler: () => Sampler | Promise<Sampler> = () => samplers.latent.make({ components: 1 }, undefined),
): Promise<MemoryContext> {
  return {
    engine,
    random,
    shape: [4, 4],
    width: 16,
    encoder: await encoders.identity.make({}, undefined),
    ...(await samplersOf(makeSampler)),
  };
}

const newArray = (length: number): Float32Array => new Float32Array(length);

/** The tasks of the stream: two classes each. */
const tasks = [
  [0, 1],
  [2, 3],
] as const;

/** Trains on a task, from 1, with dreams of the earlier ones, without ending it; gives its samples. */
export async function trainOnTask(memory: Memory, task: number, steps: number): Promise<Samples> {
  const train = data.train.select(rowsOfClasses(data.train, tasks[task - 1] ?? []));
  const random = new RandomStreams(task).stream('rows');
  for (let step = 0; step < steps; step++) {
    const rows = Uint32Array.from({ length: 32 }, () => random.integer(train.size));
    await memory.train(memoryBatch(train, rows, await memory.dream(32), 1 / task, 1, newArray));
  }
  return train;
}

/**
 * Trains on a task, from 1, with dreams of the earlier ones, as a learner would; gives the teacher it was consolidated
 * with.
 *
 * @param label what the teacher does when it is asked, by default the sensible thing
 */
export async function teach(
  memory: Memory,
  task: number,
  steps = 200,
  label?: Teacher['label'],
): Promise<ReturnType<typeof nearestPrototype>> {
  const train = await trainOnTask(memory, task, steps);
  const teacher = nearestPrototype(tasks.slice(0, task).flat());
  if (label !== undefined) teacher.label = label;
  await memory.consolidate(train, teacher);
  return teacher;
}
