// Finds what an autoencoder has never seen: it learns nine digits, and the tenth is reconstructed worse.
// Run it: npx tsx examples/autoencoders/anomalies.ts 0
import {
  areaUnderCurve,
  autoencoders,
  compose,
  fitToEnd,
  quantile,
  RandomStreams,
  reconstructionErrors,
  rowsOfClasses,
} from 'reverie';

const leftOut = Number(process.argv[2] ?? 0);
const random = new RandomStreams(1);
const composition = await compose({ engine: 'auto' });
const { engine } = await composition.engine();
const { train, test, classes } = await composition.datasetNamed('mnist', {});

const rows = rowsOfClasses(
  train,
  classes.filter((label) => label !== leftOut),
);
const [normal, furtherNormal] = [train.select(rows.slice(0, 3000)), train.select(rows.slice(3000, 4000))];
const network = await autoencoders.vanilla.make(
  { hidden: [128], latent: 16 },
  { engine, random: random.stream('autoencoder'), shape: train.shape, width: train.width },
);
await fitToEnd({ network, train: normal, plan: { epochs: 10, batchSize: 64 }, random: random.stream('fit') });

const autoencoder = network.with(network.trainer.variables);
const seen = test.select(Array.from({ length: 2000 }, (_, row) => row));
const errors = await reconstructionErrors(autoencoder, seen);
const isAnomaly = (row: number): boolean => seen.label(row) === leftOut;
console.log(`digit ${leftOut} left out: area under the ROC curve ${areaUnderCurve(errors, isAnomaly)?.toFixed(3)}`);

// Without an anomaly at hand, a threshold comes from what is normal, and was not learnt: one in twenty is beyond it.
const threshold = quantile(await reconstructionErrors(autoencoder, furtherNormal), 0.95) ?? Infinity;
const share = (of: (row: number) => boolean): string => {
  const rows = Array.from(errors.keys()).filter(of);
  return `${rows.filter((row) => (errors[row] ?? 0) > threshold).length} of ${rows.length}`;
};
console.log(`beyond the threshold: ${share(isAnomaly)} anomalies, ${share((row) => !isAnomaly(row))} normal samples`);
network.dispose();
