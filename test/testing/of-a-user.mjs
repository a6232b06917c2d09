// What a user's own test file looks like: nothing but the three entry points of the built package. See entry-points.test.ts.
import { autoencoders, encoders, probes } from 'reverie';
import { graph, selectEngine } from 'reverie/engine';
import { autoencoderContract, autoencoderForm, encoderContract, probeContract } from 'reverie/testing';

const wasm = async () => (await selectEngine('wasm')).engine;

autoencoderContract('of a user', wasm, (engine, random) =>
  autoencoders.vanilla.make({ hidden: [12], latent: 4, learningRate: 0.02 }, { engine, random, ...autoencoderForm }),
);
encoderContract('of a user', () => encoders.trst.make({ p: 0.5 }, undefined));
probeContract('linear', async () => probes.linear.make({}, { engine: await wasm() }));

it('computes a graph', async () => {
  const program = await (await wasm()).compile({ fetches: { y: graph.exp(graph.feed('x', [1])) } });
  const { y } = await program.run({ x: Float32Array.of(0) });
  if (y[0] !== 1) throw new Error(`exp(0) is ${y[0]}`);
});
