import { randomStream } from '../../src/core/random.js';
import { syntheticDataset } from '../../src/data/synthetic.js';
import type { Engine } from '../../src/engine/engine.js';
import { Autoencoder } from '../../src/memory/autoencoders/autoencoder.js';
import { denseAutoencoder } from '../../src/memory/autoencoders/dense-autoencoder.js';
import type { MemoryNetwork } from '../../src/memory/autoencoders/memory-network.js';

/** 128 points of 24 values around the centres of four classes. */
export const { train: fourClasses } = syntheticDataset({
  ...{ classes: 4, width: 24, trainPerClass: 32, testPerClass: 1, spread: 0.02, seed: 5 },
});

/** A small autoencoder of rows of {@link fourClasses}; the caller disposes it. */
export function smallNetwork(engine: Engine, learningRate = 0.01): Autoencoder {
  const options = { width: 24, latent: 4, hidden: [16], activation: 'tanh', learningRate } as const;
  return new Autoencoder(engine, denseAutoencoder(options), randomStream(1));
}

/** A network that hands everything on to `inner` but for what `over` has. */
export function changed(inner: MemoryNetwork, over: Partial<MemoryNetwork>): MemoryNetwork {
  return {
    trainer: inner.trainer,
    train: (...batch) => inner.train(...batch),
    freeze: () => inner.freeze(),
    saveFrozen: (parameters) => inner.saveFrozen(parameters),
    restoreFrozen: (snapshot) => inner.restoreFrozen(snapshot),
    with: (parameters) => inner.with(parameters),
    decoder: () => inner.decoder(),
    save: () => inner.save(),
    restore: (snapshot) => {
      inner.restore(snapshot);
    },
    dispose: () => {
      inner.dispose();
    },
    ...over,
  };
}

const rowOf = new Map(
  Array.from({ length: fourClasses.size }, (_, row) => {
    const values = new Float32Array(fourClasses.width);
    fourClasses.copyRows([row], values);
    return [values.join(' '), row];
  }),
);

/** Which row of {@link fourClasses} each of these rows of values is; −1 for one that is none. */
export function rowsIn(values: Float32Array): number[] {
  const { width } = fourClasses;
  const count = values.length / width;
  return Array.from(
    { length: count },
    (_, i) => rowOf.get(values.subarray(i * width, (i + 1) * width).join(' ')) ?? -1,
  );
}
