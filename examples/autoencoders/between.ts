// Draws what lies between two digits, and what single values of a code mean.
// Run it: npx tsx examples/autoencoders/between.ts pictures/
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  autoencoders,
  axesByDeviation,
  compose,
  encodeAll,
  fitToEnd,
  interpolated,
  pictureSize,
  RandomStreams,
  sampleSheet,
  traversed,
} from 'reverie';

const folder = process.argv[2] ?? 'pictures';
const random = new RandomStreams(1);
const composition = await compose({ engine: 'auto' });
const { engine } = await composition.engine();
const mnist = await composition.datasetNamed('mnist', {});
const train = mnist.train.select(Array.from({ length: 5000 }, (_, row) => row));
const test = mnist.test.select(Array.from({ length: 16 }, (_, row) => row));

const network = await autoencoders.variational.make(
  { hidden: [128], latent: 8 },
  { engine, random: random.stream('autoencoder'), shape: train.shape, width: train.width },
);
await fitToEnd({ network, train, plan: { epochs: 8, batchSize: 64 }, random: random.stream('fit') });
const autoencoder = network.with(network.trainer.variables);
const { codes, width } = await encodeAll(network, test);
const codeOf = (row: number): Float32Array => codes.subarray(row * width, (row + 1) * width);

// z_t = (1 − t)·z₁ + t·z₂: eight pairs, a row each.
const steps = 11;
const lines = Array.from({ length: 8 }, (_, pair) => [...interpolated(codeOf(2 * pair), codeOf(2 * pair + 1), steps)]);
const between = await autoencoder.decode(Float32Array.from(lines.flat()), 8 * steps);

// One digit, and each value of its code in turn from two deviations below its mean to two above: a row for each value.
const axes = axesByDeviation((await encodeAll(network, train)).codes, width);
const turned = axes.map(({ axis, mean, deviation }) => {
  const values = Array.from({ length: steps }, (_, i) => mean + deviation * (4 * (i / (steps - 1)) - 2));
  return [...traversed(codeOf(0), axis, values)];
});
const traversal = await autoencoder.decode(Float32Array.from(turned.flat()), width * steps);

await mkdir(folder, { recursive: true });
for (const [name, features] of Object.entries({ between, traversal })) {
  const file = join(folder, `${name}.png`);
  await writeFile(file, sampleSheet(features, pictureSize(train.shape), steps));
  console.log(`${file}: ${features.length / train.width} digits`);
}
network.dispose();
