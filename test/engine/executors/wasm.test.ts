import { createRequire } from 'node:module';
import { expect } from 'chai';
import { RandomStreams } from '../../../src/core/random.js';
import type { Engine } from '../../../src/engine/engine.js';
import { createTfjsEngine } from '../../../src/engine/executors/tfjs.js';
import type { Tf } from '../../../src/engine/executors/tfjs-ops.js';
import * as g from '../../../src/engine/graph/ops.js';
import { denseNetwork, forward, variables } from '../../../src/engine/networks/network.js';
import { initial } from '../../../src/engine/networks/initial.js';
import { Adam } from '../../../src/engine/optimisers/optimisers.js';
import { Trainer } from '../../../src/engine/training/trainer.js';
import { engineForTest } from '../engines-under-test.js';

/** The same numbers at every call with the same name. */
function uniform(name: string, length: number): Float32Array {
  const stream = new RandomStreams(1).stream(name);
  return Float32Array.from({ length }, () => stream.uniform() - 0.5);
}

describe('the wasm engine', () => {
  let engine: Engine;
  /** All by TensorFlow.js's own kernels, whose products need their factors transposed first. */
  let opByOp: Engine;

  before(async () => {
    engine = await engineForTest('wasm');
    const tf = createRequire(import.meta.url)('@tensorflow/tfjs-core') as Tf;
    opByOp = createTfjsEngine(tf, {
      name: 'wasm',
      backend: 'wasm',
      versions: {},
      matMul: (a, b, transposeA, transposeB) =>
        tf.matMul(transposeA ? tf.transpose(a) : a, transposeB ? tf.transpose(b) : b),
    });
  });

  it("trains to the bytes that TensorFlow.js's own kernels give", async () => {
    const network = denseNetwork({ name: 'net', widths: [37, 70, 3, 37], activation: 'relu' });
    const trained = async (on: Engine): Promise<unknown> => {
      const start = initial(network, new RandomStreams(2).stream('weights')).trainable;
      const trainer = new Trainer({
        engine: on,
        parameters: start,
        nodes: variables(network).trainable,
        optimiser: new Adam({ learningRate: 0.01, weightDecay: 0.1 }),
        objective: (batch) => {
          const x = g.feed('x', [batch, 37]);
          return { loss: g.mean(g.square(g.sub(forward(network, x, 'training').output, x))) };
        },
      });
      const losses = [];
      for (const batch of [20, 33, 1, 3, 20]) {
        losses.push((await trainer.step(batch, { x: uniform(`x${batch}`, batch * 37) }))['loss']);
      }
      const { tensors } = trainer.save();
      trainer.dispose();
      return { losses, tensors };
    };
    expect(await trained(engine)).to.deep.equal(await trained(opByOp));
  });

  it('gives a row the same bytes alone and in a batch', async () => {
    const b = g.constant(uniform('b', 70 * 11), [70, 11]);
    const rows = uniform('rows', 6 * 70);
    const product = async (count: number): Promise<Float32Array> => {
      const program = await engine.compile({ fetches: { y: g.matMul(g.feed('x', [count, 70]), b) } });
      const { y = new Float32Array() } = await program.run({ x: rows.subarray(0, count * 70) });
      program.dispose();
      return y;
    };
    const all = await product(6);
    for (const count of [1, 2, 3, 4, 5]) expect(await product(count)).to.deep.equal(all.subarray(0, count * 11));
  });

  it('holds nothing after the buffers of its steps have grown and gone', async () => {
    const held = engine.liveBuffers();
    for (const size of [8, 300, 40]) {
      const a = g.feed('a', [size, size]);
      const program = await engine.compile({ fetches: { y: g.sum(g.matMul(a, a, { transposeB: true })) } });
      const { y } = await program.run({ a: new Float32Array(size * size).fill(1) });
      // size² elements, each a sum of `size` ones
      expect(y?.[0]).to.equal(size ** 3);
      program.dispose();
    }
    expect(engine.liveBuffers()).to.equal(held);
  });
});
