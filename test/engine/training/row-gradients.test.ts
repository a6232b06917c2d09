import { expect } from 'chai';
import { randomStream } from '../../../src/core/random.js';
import type { GraphNode } from '../../../src/engine/graph/node.js';
import { conv2d, feed, reshape, sum, variable } from '../../../src/engine/graph/ops.js';
import { gradients } from '../../../src/engine/graph/gradients.js';
import { softmaxCrossEntropy } from '../../../src/engine/losses.js';
import { denseNetwork, infer, variables } from '../../../src/engine/networks/network.js';
import { initial } from '../../../src/engine/networks/initial.js';
import { ParameterSums } from '../../../src/engine/training/parameter-sums.js';
import { rowGradients } from '../../../src/engine/training/row-gradients.js';
import { captureError } from '../../support/capture-error.js';
import { engineForTest, testedEngines } from '../engines-under-test.js';

const network = denseNetwork({ name: 'n', widths: [3, 4, 2], activation: 'relu' });
const parameters = initial(network, randomStream(3)).trainable;
const nodes = variables(network).trainable;
const losses = (batch: number): GraphNode =>
  softmaxCrossEntropy(infer(network, feed('x', [batch, 3])), feed('targets', [batch, 2]), 1);

const x = Float32Array.from({ length: 5 * 3 }, (_, i) => Math.sin(3 * i + 1));
const targets = Float32Array.of(1, 0, 0, 1, 1, 0, 0.3, 0.7, 0, 1);
const weights = Float32Array.of(1, 2, 0, 0.5, 1);

const weightsOf = (batch: number): GraphNode => feed('weights', [batch]);

for (const name of testedEngines) {
  for (const [rule, f] of [
    ['square', (g: number) => g * g],
    ['absolute', Math.abs],
  ] as const) {
    describe(`gradients of single rows (${rule}) on ${name}`, () => {
      it('are those of each row by itself, weighted and summed, and not those of the sum', async () => {
        const engine = await engineForTest(name);
        const expected = Object.fromEntries(
          Object.entries(parameters).map(([key, { data }]) => [key, new Float64Array(data.length)]),
        );
        const values = engine.variables(parameters);
        const one = await engine.compile({
          fetches: Object.fromEntries(gradients(sum(losses(1)), nodes).map((g, i) => [nodes[i]?.name ?? '', g])),
        });
        const rowsOf = (row: number) => ({
          x: x.slice(3 * row, 3 * row + 3),
          targets: targets.slice(2 * row, 2 * row + 2),
        });
        for (let row = 0; row < 5; row++) {
          for (const [key, gradient] of Object.entries(await one.run(rowsOf(row), values))) {
            gradient.forEach((g, i) => {
              const total = expected[key];
              if (total !== undefined) total[i] = (total[i] ?? 0) + (weights[row] ?? 0) * f(g);
            });
          }
        }
        const all = new ParameterSums(engine, parameters, () => rowGradients(losses(5), weightsOf(5), nodes, rule));
        const single = new ParameterSums(engine, parameters, () => rowGradients(losses(1), weightsOf(1), nodes, rule));
        await all.add({ x, targets, weights });
        for (let row = 0; row < 5; row++) await single.add({ ...rowsOf(row), weights: weights.slice(row, row + 1) });
        for (const sums of [all, single]) {
          for (const [key, { data }] of Object.entries(sums.read())) {
            data.forEach((value, i) => expect(value, `${key}[${i}]`).to.be.closeTo(expected[key]?.[i] ?? NaN, 1e-5));
          }
        }
        // They add up over batches.
        await all.add({ x, targets, weights });
        const bias = all.read()['n/0/bias']?.data ?? [];
        expect(bias[0]).to.be.closeTo(2 * (expected['n/0/bias']?.[0] ?? NaN), 1e-5);
        for (const used of [all, single, one, values]) used.dispose();
      });
    });
  }
}

it('gradients of single rows of other layers are refused in batches, and taken one by one', async () => {
  const kernel = variable('k', [1, 1, 2, 2]);
  const rows = (batch: number): GraphNode => reshape(conv2d(feed('x', [batch, 1, 2, 2]), kernel), [batch]);
  const error = await captureError(() => rowGradients(rows(4), weightsOf(4), [kernel], 'square'));
  expect(error.code).to.equal('bad-shape');
  expect(error.message).to.include('"k" is no kernel or bias of a fully connected layer');
  const engine = await engineForTest();
  const parameter = { k: { shape: [1, 1, 2, 2], data: new Float32Array(4) } };
  const sums = new ParameterSums(engine, parameter, () => rowGradients(rows(1), weightsOf(1), [kernel], 'square'));
  await sums.add({ x: Float32Array.of(1, -2, 3, 0), weights: Float32Array.of(2) });
  // The gradient of a convolution over one window is the window.
  expect([...(sums.read()['k']?.data ?? [])]).to.deep.equal([2, 8, 18, 0]);
  sums.dispose();
});
