// Learns what digits look like from 5,000 without labels, then to show them from 200 with labels: on codes, and on pixels.
// Run it: npx tsx examples/autoencoders/features.ts
import {
  autoencoders,
  compose,
  encodeAll,
  evaluateProbe,
  fitToEnd,
  probes,
  RandomStreams,
  samplesAsCodes,
  type CodeSet,
} from 'reverie';

const random = new RandomStreams(1);
const composition = await compose({ engine: 'auto' });
const { engine } = await composition.engine();
const mnist = await composition.datasetNamed('mnist', {});
const unlabelled = mnist.train.select(Array.from({ length: 5000 }, (_, row) => row));
const labelled = mnist.train.select(Array.from({ length: 200 }, (_, row) => row));
const test = mnist.test.select(Array.from({ length: 2000 }, (_, row) => row));

const network = await autoencoders.vanilla.make(
  { hidden: [128], latent: 32 },
  { engine, random: random.stream('autoencoder'), shape: test.shape, width: test.width },
);
await fitToEnd({ network, train: unlabelled, plan: { epochs: 6, batchSize: 64 }, random: random.stream('fit') });

const sets = {
  pixels: [samplesAsCodes(labelled), samplesAsCodes(test)],
  codes: [await encodeAll(network, labelled), await encodeAll(network, test)],
} satisfies Record<string, readonly [CodeSet, CodeSet]>;
for (const name of ['linear', 'knn'] as const) {
  const probe = await probes[name].make({}, { engine });
  for (const [of, [known, asked]] of Object.entries(sets)) {
    const fitted = await probe.fit(known, random.stream('probe'));
    const { accuracy, macroF1 } = await evaluateProbe(fitted, asked);
    console.log(`${name} on ${known.width} ${of}: accuracy ${accuracy.toFixed(3)}, macro-F1 ${macroF1.toFixed(3)}`);
    fitted.dispose();
  }
}
network.dispose();
