// Stores digits as codes, a byte a value, and shows how much smaller they are and how much was lost.
// Run it: npx tsx examples/autoencoders/compress.ts
import {
  autoencoders,
  compose,
  compressedCodes,
  compressionRatio,
  encodeAll,
  fitToEnd,
  peakSignalToNoise,
  RandomStreams,
  restoredCodes,
  rootMeanSquaredError,
  samplesAsCodes,
} from 'reverie';

const composition = await compose({ engine: 'auto' });
const { engine } = await composition.engine();
const mnist = await composition.datasetNamed('mnist', {});
const train = mnist.train.select(Array.from({ length: 3000 }, (_, row) => row));
const test = mnist.test.select(Array.from({ length: 1000 }, (_, row) => row));
const originals = samplesAsCodes(test).codes;

for (const latent of [8, 32]) {
  const random = new RandomStreams(1);
  const network = await autoencoders.vanilla.make(
    { hidden: [128], latent },
    { engine, random: random.stream('autoencoder'), shape: train.shape, width: train.width },
  );
  const plan = { epochs: 8, batchSize: 64, validation: { fraction: 0.1, patience: 2 } };
  await fitToEnd({ network, train, plan, random: random.stream('fit') });

  const autoencoder = network.with(network.trainer.variables);
  const { codes } = await encodeAll(network, test);
  const stored = compressedCodes(codes, latent);
  const back = await autoencoder.decode(restoredCodes(stored), test.size);
  const exact = await autoencoder.decode(codes, test.size);
  const bytes = originals.length / stored.bytes.length;
  console.log(
    `${train.width} pixels as ${latent} bytes: ${compressionRatio(train.width, latent)} times fewer values, ${bytes} times ` +
      `fewer bytes, RMSE ${rootMeanSquaredError(originals, back).toFixed(4)}, ` +
      `PSNR ${peakSignalToNoise(originals, back).toFixed(2)} dB (${peakSignalToNoise(originals, exact).toFixed(2)} dB before ` +
      'codes were rounded to bytes)',
  );
  network.dispose();
}
