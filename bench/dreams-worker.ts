/**
 * Dreams on one engine, asked by lines of JSON: `{ count }` → `{ perSecond }`. Walks of 8 jumps from noise through the
 * autoencoder 784-400-32-400-784, all but the first jump a dream, labelled by a classifier 784-400-400-10.
 */
import type { Teacher } from '../src/core/teacher.js';
import type { Sampler } from '../src/core/sampler.js';
import { RandomStreams } from '../src/core/random.js';
import { syntheticDataset, syntheticOptions } from '../src/data/synthetic.js';
import { infer, variables, denseNetwork } from '../src/engine/networks/network.js';
import { initial } from '../src/engine/networks/initial.js';
import { selectEngine } from '../src/engine/select.js';
import { BatchedFunction } from '../src/engine/training/batched-function.js';
import { encoders } from '../src/memory/encoders.js';
import { memories } from '../src/memory/memories.js';
import { samplers } from '../src/memory/sampling/samplers.js';
import { answerLines } from './support/answer-lines.js';

const [name = ''] = process.argv.slice(2);
const { engine } = await selectEngine(name as Parameters<typeof selectEngine>[0]);
const random = new RandomStreams(1);
const width = 784;

const network = denseNetwork({ name: 'teacher', widths: [width, 400, 400, 10], activation: 'relu' });
const parameters = engine.variables(initial(network, random.stream('teacher')).trainable);
const logits = new BatchedFunction(engine, width, (x) => infer(network, x));
const teacher: Teacher = {
  classes: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9],
  label: (features, count) => logits.apply(features, count, parameters),
  bytes: () => variables(network).trainable.length,
  dispose: () => undefined,
};

const samplerAgain = async (): Promise<Sampler> => samplers.noise.make({ jumps: 8, candidates: 1 }, undefined);
const memory = await memories.autoencoder.make(
  {},
  {
    engine,
    random,
    shape: [28, 28],
    width,
    encoder: await encoders.identity.make({}, undefined),
    sampler: await samplerAgain(),
    samplerAgain,
  },
);
await memory.consolidate(syntheticDataset(syntheticOptions.parse({ width, trainPerClass: 2 })).train, teacher);

await answerLines(async (question) => {
  const { count } = question as { count: number };
  const began = performance.now();
  const dreams = await memory.dream(count);
  const seconds = (performance.now() - began) / 1000;
  return { perSecond: (dreams?.count ?? 0) / seconds };
});
