// Makes digits of nothing but noise: by a variational autoencoder from N(0, I), and by a standard one from a Gaussian over
// the codes of each class. Someone who knows digits says what they look like.
// Run it: npx tsx examples/autoencoders/generate.ts pictures/
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  autoencoders,
  ClassGaussians,
  compose,
  encodeAll,
  topClasses,
  fitToEnd,
  pictureSize,
  probes,
  RandomStreams,
  sampleSheet,
  samplesAsCodes,
} from 'reverie';

const folder = process.argv[2] ?? 'pictures';
const count = 200;
const random = new RandomStreams(1);
const composition = await compose({ engine: 'auto' });
const { engine } = await composition.engine();
const mnist = await composition.datasetNamed('mnist', {});
const train = mnist.train.select(Array.from({ length: 3000 }, (_, row) => row));
const { shape, width } = train;
const plan = { epochs: 10, batchSize: 64 };
const judge = await (await probes.knn.make({}, { engine })).fit(samplesAsCodes(train), random.stream('judge'));
const labelsOf = async (features: Float32Array): Promise<Int32Array> =>
  topClasses(await judge.scores(features, count), judge.classes, count);

await mkdir(folder, { recursive: true });
const draw = async (name: string, features: Float32Array): Promise<void> => {
  const file = join(folder, `${name}.png`);
  await writeFile(file, sampleSheet(features, pictureSize(shape), 20));
  console.log(`  drawn in ${file}`);
};

const variational = await autoencoders.variational.make(
  { hidden: [128], latent: 8 },
  { engine, random: random.stream('variational'), shape, width },
);
await fitToEnd({ network: variational, train, plan, random: random.stream('fit') });
const prior = variational.with(variational.trainer.variables);
const noise = (await prior.samplePrior?.(count, random.stream('noise'))) ?? new Float32Array();
const fromNoise = await prior.decode(noise, count);
const seen = await labelsOf(fromNoise);
const counts = judge.classes.map((label) => seen.filter((one) => one === label).length);
console.log(`${count} from N(0, I), variational: of the digits 0 to 9 there are ${counts.join(', ')}`);
await draw('from-noise', fromNoise);

const vanilla = await autoencoders.vanilla.make(
  { hidden: [128], latent: 8 },
  { engine, random: random.stream('vanilla'), shape, width },
);
await fitToEnd({ network: vanilla, train, plan, random: random.stream('fit') });
const gaussians = new ClassGaussians(await encodeAll(vanilla, train), random.stream('gaussians'));
const each = count / gaussians.classes.length;
const codes = gaussians.classes.flatMap((label) => [...gaussians.draw(label, each, random.stream('codes'))]);
const fromGaussians = await vanilla.with(vanilla.trainer.variables).decode(Float32Array.from(codes), count);
const taken = await labelsOf(fromGaussians);
const right = taken.filter((label, i) => label === gaussians.classes[Math.floor(i / each)]).length;
console.log(`${count} from Gaussians of classes, vanilla: ${right} are taken for a digit of their class`);
await draw('from-gaussians', fromGaussians);
for (const made of [variational, vanilla, judge]) made.dispose();
