import { expect } from 'chai';
import fc from 'fast-check';
import { randomStream } from '../../../src/core/random.js';
import { sizeOf, type Shape } from '../../../src/core/tensor.js';
import { loadOrt } from '../../../src/engine/executors/load-ort.js';
import type { GraphNode } from '../../../src/engine/graph/node.js';
import * as g from '../../../src/engine/graph/ops.js';
import { onnxFromGraph } from '../../../src/engine/onnx/from-graph.js';
import { encodeModel } from '../../../src/engine/onnx/model.js';
import { isThreadInvariant } from '../../../src/engine/onnx/lower-op.js';

const ort = loadOrt();
const threadCounts = [1, 2, 3, 8];
const most = 8;

/** The bytes of y with each number of threads, from the same random inputs. */
async function withEachCount(y: GraphNode, shapes: Readonly<Record<string, Shape>>): Promise<Float32Array[]> {
  const model = encodeModel(onnxFromGraph({ y }, most));
  const random = randomStream(5);
  const inputs = Object.fromEntries(
    Object.entries(shapes).map(([name, shape]) => {
      const data = new Float32Array(sizeOf(shape));
      random.fillNormal(data);
      return [`feed:${name}`, new ort.Tensor('float32', data, shape)];
    }),
  );
  const results: Float32Array[] = [];
  for (const intraOpNumThreads of threadCounts) {
    const session = await ort.InferenceSession.create(model, {
      intraOpNumThreads,
      logSeverityLevel: 3,
      extra: { 'optimization.disable_specified_optimizers': 'GemmTransposeFusion' },
    });
    results.push((await session.run(inputs))['y']?.data as Float32Array);
    await session.release();
  }
  return results;
}

/** Buffers compare in an instant where arrays of numbers would not. */
function areSame([first, ...others]: readonly Float32Array[]): boolean {
  const bytes = (values: Float32Array): Buffer => Buffer.from(values.buffer, values.byteOffset, values.byteLength);
  return first !== undefined && others.every((other) => bytes(first).equals(bytes(other)));
}

describe('for ONNX Runtime, the number of threads changes no byte', () => {
  it('of products, of whatever shape', async () => {
    const shapes = fc.record({
      m: fc.integer({ min: 1, max: 300 }),
      n: fc.integer({ min: 1, max: 900 }),
      k: fc.integer({ min: 1, max: 600 }),
      transposeA: fc.boolean(),
      transposeB: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(shapes, async ({ m, n, k, transposeA, transposeB }) => {
        const a: Shape = transposeA ? [k, m] : [m, k];
        const b: Shape = transposeB ? [n, k] : [k, n];
        const product = g.matMul(g.feed('a', a), g.feed('b', b), { transposeA, transposeB });
        expect(areSame(await withEachCount(product, { a, b }))).to.be.true;
      }),
      // Where fewer than 65 columns a thread make the difference.
      { seed: 20261121, numRuns: 40, examples: [[{ m: 64, n: 100, k: 400, transposeA: false, transposeB: false }]] },
    );
  });

  it('of sums, means over rows, softmax and activations', async () => {
    const x = g.feed('x', [190, 784]);
    const nodes = {
      'sum over rows': g.sum(x, [0]),
      'sum over columns': g.sum(x, [1]),
      'sum of all': g.sum(x),
      softmax: g.softmax(x),
      logSoftmax: g.logSoftmax(x),
      sigmoid: g.sigmoid(x),
      tanh: g.tanh(x),
      exp: g.exp(x),
      softplus: g.softplus(x),
      'cross-entropy': g.sigmoidCrossEntropy(x, g.square(x)),
    };
    for (const [name, node] of Object.entries(nodes)) {
      expect(areSame(await withEachCount(node, { x: [190, 784] })), name).to.be.true;
    }
  });

  it('and products are only exchanged where threads would get few columns of long sums', () => {
    expect(isThreadInvariant(64, 100, 400, 2)).to.be.false;
    expect(isThreadInvariant(64, 100, 400, 1), 'one thread').to.be.true;
    expect(isThreadInvariant(100, 100, 400, 2), 'as many rows as columns').to.be.true;
    expect(isThreadInvariant(64, 100, 128, 2), 'one block').to.be.true;
    expect(isThreadInvariant(64, 160, 400, 2), '80 columns a thread').to.be.true;
    expect(isThreadInvariant(64, 784, 600, 8), '96 columns a thread').to.be.true;
    expect(isThreadInvariant(64, 784, 600, 16), '48 columns a thread').to.be.false;
  });
});
