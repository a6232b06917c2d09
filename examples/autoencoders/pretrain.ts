// A deep autoencoder of sigmoids gets further in as many passes where it is pre-trained layer by layer.
// Run it: npx tsx examples/autoencoders/pretrain.ts
import { autoencoders, compose, fitToEnd, pretrainLayers, RandomStreams, reconstructionErrors } from 'reverie';

const composition = await compose({ engine: 'auto' });
const { engine } = await composition.engine();
const mnist = await composition.datasetNamed('mnist', {});
const train = mnist.train.select(Array.from({ length: 2000 }, (_, row) => row));
const test = mnist.test.select(Array.from({ length: 1000 }, (_, row) => row));
const activation = 'sigmoid';
const learningRate = 0.003;

for (const pretrained of [false, true]) {
  const random = new RandomStreams(1);
  const network = await autoencoders.deep.make(
    { hidden: [256, 64], latent: 16, activation, learningRate },
    { engine, random: random.stream('autoencoder'), shape: train.shape, width: train.width },
  );
  // The same number of steps for both: four passes for each of three layers and for the whole, or sixteen for the whole.
  const passes = pretrained ? 4 : 16;
  if (pretrained) {
    const plan = { epochs: 4, batchSize: 64 };
    const layers = pretrainLayers({
      network,
      activation,
      engine,
      train,
      plan,
      learningRate,
      random: random.stream('layers'),
    });
    for await (const event of layers) {
      if (event.type === 'epoch-measured' && event.epoch === 4)
        console.log(`layer ${event.layer} of ${event.layers}: loss ${event.loss.toFixed(2)}`);
    }
  }
  await fitToEnd({ network, train, plan: { epochs: passes, batchSize: 64 }, random: random.stream('fit') });
  const errors = await reconstructionErrors(network.with(network.trainer.variables), test);
  const mean = errors.reduce((sum, error) => sum + error, 0) / errors.length;
  console.log(
    `${pretrained ? 'pre-trained' : 'from scratch'}, ${passes} passes as a whole: squared error ${mean.toFixed(4)}`,
  );
  network.dispose();
}
