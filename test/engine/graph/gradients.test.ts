import { expect } from 'chai';
import fc from 'fast-check';
import type { Engine } from '../../../src/engine/engine.js';
import { gradients } from '../../../src/engine/graph/gradients.js';
import type { GraphNode } from '../../../src/engine/graph/node.js';
import * as g from '../../../src/engine/graph/ops.js';
import { sizeOf } from '../../../src/core/tensor.js';
import { captureError } from '../../support/capture-error.js';
import { engineForTest } from '../engines-under-test.js';

/**
 * ∂loss/∂x by the graph against central differences, (L(x + h) − L(x − h)) / 2h with h = 1/64: exact up to the third
 * derivative's h²/6 and float32 rounding, together below 3e-3 for the functions here.
 */
async function expectGradient(
  engine: Engine,
  loss: GraphNode,
  wrt: GraphNode & { name: string },
  values: Record<string, Float32Array>,
): Promise<void> {
  const [gradient = loss] = gradients(loss, [wrt]);
  const program = await engine.compile({ fetches: { loss, gradient } });
  const analytic = (await program.run(values))['gradient'] ?? new Float32Array();
  expect(analytic).to.have.length(sizeOf(wrt.shape));
  const h = 1 / 64;
  const at = values[wrt.name] ?? new Float32Array();
  for (let i = 0; i < at.length; i++) {
    const lossAt = async (delta: number): Promise<number> => {
      const moved = at.map((value, j) => (j === i ? value + delta : value));
      return (await program.run({ ...values, [wrt.name]: moved }))['loss']?.[0] ?? NaN;
    };
    const numeric = ((await lossAt(h)) - (await lossAt(-h))) / (2 * h);
    expect(analytic[i], `entry ${i} of ${wrt.name}`).to.be.closeTo(numeric, 3e-3 * Math.max(1, Math.abs(numeric)));
  }
  program.dispose();
}

describe('gradients of ops put together agree with finite differences', () => {
  let engine: Engine;
  before(async () => {
    engine = await engineForTest();
  });

  const x = g.feed('x', [2, 3]);
  const y = g.feed('y', [2, 3]);
  const row = g.feed('row', [3]);
  const column = g.feed('column', [2, 1]);
  const values = {
    x: Float32Array.of(0.3, -0.7, 1.1, -0.2, 0.9, 0.5),
    y: Float32Array.of(0.6, 1.2, 0.8, 1.5, 0.7, 0.9),
    row: Float32Array.of(0.5, 1.5, 0.8),
    column: Float32Array.of(0.7, 1.3),
  };
  // A weighting that distinguishes entries: a gradient that is transposed or summed wrongly cannot hide.
  const weighted = (node: GraphNode): GraphNode =>
    g.sum(
      g.mul(
        node,
        g.constant(
          Float32Array.from({ length: sizeOf(node.shape) }, (_, i) => 1 + i / 3),
          node.shape,
        ),
      ),
    );

  const cases: readonly [string, GraphNode, readonly (GraphNode & { name: string })[]][] = [
    ['a node used twice', g.mul(x, g.tanh(x)), [x]],
    ['reshape', g.matMul(g.reshape(x, [3, 2]), g.reshape(y, [2, 3])), [x, y]],
    ['stretching', g.mul(g.broadcastTo(row, [2, 3]), x), [row, x]],
    [
      'a weighted row-wise loss',
      g.mul(g.sum(g.mul(y, g.logSoftmax(g.mul(x, column))), [1]), g.sum(column, [1])),
      [x, y, column],
    ],
  ];
  for (const [name, node, inputs] of cases) {
    it(name, async () => {
      for (const input of inputs) await expectGradient(engine, weighted(node), input, values);
    });
  }

  it('random compositions', async () => {
    const unary = fc.constantFrom(g.sigmoid, g.tanh, g.softmax, g.logSoftmax, (n: GraphNode) => g.exp(g.sigmoid(n)));
    const combine = fc.constantFrom(g.add, g.sub, g.mul, (a: GraphNode, b: GraphNode) => g.div(a, g.exp(b)));
    const step = fc.tuple(unary, combine, fc.constantFrom<GraphNode>(x, y, row, column));
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 4 }), async (steps) => {
        const node = steps.reduce<GraphNode>((h, [f, join, other]) => f(join(h, g.tanh(other))), x);
        await expectGradient(engine, g.mul(weighted(node), g.constant(0.1)), x, values);
      }),
      { numRuns: 25, seed: 20261121 },
    );
  });
});

describe('gradients', () => {
  it('of two nodes for one variable add up', async () => {
    const engine = await engineForTest();
    // L = w·3 + w², once more as a separate node of the same name: dL/dw = 3 + 2w = 7 at w = 2
    const loss = g.sum(g.add(g.mul(g.variable('w', [1]), g.constant(3)), g.square(g.variable('w', [1]))));
    const [gradient = loss] = gradients(loss, [g.variable('w', [1])]);
    const program = await engine.compile({ fetches: { gradient } });
    const variables = engine.variables({ w: { shape: [1], data: Float32Array.of(2) } });
    expect([...((await program.run({}, variables))['gradient'] ?? [])]).to.deep.equal([7]);
  });

  it('of two nodes for one feed add up', async () => {
    const engine = await engineForTest();
    // L = x·3 + x², once more as a separate node of the same name: dL/dx = 3 + 2x = 7 at x = 2
    const loss = g.sum(g.add(g.mul(g.feed('x', [1]), g.constant(3)), g.square(g.feed('x', [1]))));
    const [gradient = loss] = gradients(loss, [g.feed('x', [1])]);
    const program = await engine.compile({ fetches: { gradient } });
    expect([...((await program.run({ x: Float32Array.of(2) }))['gradient'] ?? [])]).to.deep.equal([7]);
  });

  it('keep a feed and a variable of one name apart', async () => {
    const engine = await engineForTest();
    const [w, x] = [g.variable('same', [1]), g.feed('same', [1])];
    // L = 3x + w: dL/dw = 1
    const [gradient = w] = gradients(g.sum(g.add(g.mul(x, g.constant(3)), w)), [w]);
    const program = await engine.compile({ fetches: { gradient } });
    expect([...((await program.run({}))['gradient'] ?? [])]).to.deep.equal([1]);
  });

  it('refuse a loss that is no scalar and a variable that it does not depend on', async () => {
    const w = g.variable('w', [2]);
    expect((await captureError(() => gradients(w, [w]))).message).to.match(
      /variable "w" \[2\]\): the loss must be a scalar/,
    );
    expect((await captureError(() => gradients(g.sum(g.feed('x', [2])), [w]))).message).to.match(
      /does not depend on variable "w" \[2\]/,
    );
  });
});
