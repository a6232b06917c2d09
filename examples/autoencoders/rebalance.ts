// A class that is rare is hardly recognised; made-up samples of it, decoded from codes like its own, put that right.
// Run it: npx tsx examples/autoencoders/rebalance.ts 8 (or: 8 linear, for another classifier than the nearest neighbours)
import {
  autoencoders,
  ClassGaussians,
  compose,
  encodeAll,
  evaluateProbe,
  fitToEnd,
  probes,
  RandomStreams,
  rowsOfClasses,
  samplesAsCodes,
  synthesiseClass,
  unitedSamples,
  type Samples,
} from 'reverie';

const [minority, few, many] = [Number(process.argv[2] ?? 8), 20, 200];
const random = new RandomStreams(1);
const composition = await compose({ engine: 'auto' });
const { engine } = await composition.engine();
const { train, test, classes } = await composition.datasetNamed('mnist', {});
const rows = classes.flatMap((label) => [
  ...rowsOfClasses(train, [label]).subarray(0, label === minority ? few : many),
]);
const imbalanced = train.select(rows);
const rare = imbalanced.select(rowsOfClasses(imbalanced, [minority]));

const network = await autoencoders.vanilla.make(
  { hidden: [128], latent: 16 },
  { engine, random: random.stream('autoencoder'), shape: train.shape, width: train.width },
);
await fitToEnd({ network, train: imbalanced, plan: { epochs: 10, batchSize: 64 }, random: random.stream('fit') });
const gaussians = new ClassGaussians(await encodeAll(network, imbalanced), random.stream('gaussians'));
const autoencoder = network.with(network.trainer.variables);
const madeUp = await synthesiseClass(autoencoder, gaussians, minority, many - few, random.stream('codes'));
const repeated = rare.select(Array.from({ length: many - few }, (_, i) => i % few));

const asked = test.select(Array.from({ length: 3000 }, (_, row) => row));
const askedOfMinority = asked.select(rowsOfClasses(asked, [minority]));
const probe = await probes[process.argv[3] === 'linear' ? 'linear' : 'knn'].make({}, { engine });
const measure = async (name: string, samples: Samples): Promise<void> => {
  const fitted = await probe.fit(samplesAsCodes(samples), random.stream('probe'));
  const { accuracy } = await evaluateProbe(fitted, samplesAsCodes(asked));
  // Accuracy on samples of one class alone is the recall of that class.
  const { accuracy: recall } = await evaluateProbe(fitted, samplesAsCodes(askedOfMinority));
  console.log(`${name}: recall of ${minority} ${recall.toFixed(3)}, accuracy ${accuracy.toFixed(3)}`);
  fitted.dispose();
};
await measure(`${few} real samples`, imbalanced);
await measure(`and ${many - few} times one of them again`, unitedSamples([imbalanced, repeated]));
await measure(`and ${many - few} made-up ones`, unitedSamples([imbalanced, madeUp]));
network.dispose();
