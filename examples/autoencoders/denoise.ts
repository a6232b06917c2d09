// Cleans digits whose pixels were set to black or white at random, by an autoencoder that was trained on such.
// Run it: npx tsx examples/autoencoders/denoise.ts
import { autoencoders, compose, corrupted, fitToEnd, peakSignalToNoise, RandomStreams, samplesAsCodes } from 'reverie';

const noise = { gaussian: 0, masking: 0, saltAndPepper: 0.3 };
const composition = await compose({ engine: 'auto' });
const { engine } = await composition.engine();
const mnist = await composition.datasetNamed('mnist', {});
const train = mnist.train.select(Array.from({ length: 2000 }, (_, row) => row));
const test = mnist.test.select(Array.from({ length: 1000 }, (_, row) => row));

const clean = samplesAsCodes(test).codes;
const noisy = corrupted(clean, noise, new RandomStreams(1).stream('noise'));
console.log(`noisy digits: PSNR ${peakSignalToNoise(clean, noisy).toFixed(2)} dB`);

for (const [name, options] of Object.entries({ vanilla: {}, denoising: { noise } })) {
  const random = new RandomStreams(1);
  const network = await autoencoders[name as 'vanilla' | 'denoising'].make(
    { hidden: [128], latent: 32, ...options },
    { engine, random: random.stream('autoencoder'), shape: train.shape, width: train.width },
  );
  await fitToEnd({ network, train, plan: { epochs: 10, batchSize: 64 }, random: random.stream('fit') });
  const cleaned = await network.with(network.trainer.variables).reconstruct(noisy, test.size);
  console.log(`through a ${name} autoencoder: PSNR ${peakSignalToNoise(clean, cleaned).toFixed(2)} dB`);
  network.dispose();
}
