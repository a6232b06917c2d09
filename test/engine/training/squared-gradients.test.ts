import { expect } from 'chai';
import { randomStream } from '../../../src/core/random.js';
import type { GraphNode } from '../../../src/engine/graph/node.js';
import { conv2d, constant, feed, reshape, sum, variable } from '../../../src/engine/graph/ops.js';
import { gradients } from '../../../src/engine/graph/gradients.js';
import { softmaxCrossEntropy } from '../../../src/engine/losses.js';
import { denseNetwork, infer, variables } from '../../../src/engine/networks/network.js';
import { initial } from '../../../src/engine/networks/initial.js';
import { squaredGradients, SquaredGradientSum } from '../../../src/engine/training/squared-gradients.js';
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

for (const name of testedEngines) {
  describe(`squared gradients of single rows on ${name}`, () => {
    it('are those of each row by itself, weighted and summed, and not the square of the sum', async () => {
      const engine = await engineForTest(name);
      const expected = Object.fromEntries(
        Object.entries(parameters).map(([key, { data }]) => [key, new Float64Array(data.length)]),
      );
      const values = engine.variables(parameters);
      const one = await engine.compile({
        fetches: Object.fromEntries(gradients(sum(losses(1)), nodes).map((g, i) => [nodes[i]?.name ?? '', g])),
      });
      for (let row = 0; row < 5; row++) {
        const feeds = { x: x.slice(3 * row, 3 * row + 3), targets: targets.slice(2 * row, 2 * row + 2) };
        for (const [key, gradient] of Object.entries(await one.run(feeds, values))) {
          gradient.forEach((g, i) => {
            const total = expected[key];
            if (total !== undefined) total[i] = (total[i] ?? 0) + (weights[row] ?? 0) * g * g;
          });
        }
      }
      const squares = new SquaredGradientSum(engine, parameters, () =>
        squaredGradients(losses(5), feed('weights', [5]), nodes),
      );
      await squares.add({ x, targets, weights });
      for (const [key, { data }] of Object.entries(squares.read())) {
        data.forEach((value, i) => expect(value, `${key}[${i}]`).to.be.closeTo(expected[key]?.[i] ?? NaN, 1e-5));
      }
      // They add up over batches.
      await squares.add({ x, targets, weights });
      const bias = squares.read()['n/0/bias']?.data ?? [];
      expect(bias[0]).to.be.closeTo(2 * (expected['n/0/bias']?.[0] ?? NaN), 1e-5);
      squares.dispose();
      one.dispose();
      values.dispose();
    });
  });
}

it('squared gradients of single rows are refused for what is no fully connected layer', async () => {
  const kernel = variable('k', [1, 1, 2, 2]);
  const rows = reshape(conv2d(feed('x', [4, 1, 2, 2]), kernel), [4]);
  const error = await captureError(() => squaredGradients(rows, constant(new Float32Array(4), [4]), [kernel]));
  expect(error.code).to.equal('bad-shape');
  expect(error.message).to.include('"k" is no kernel or bias of a fully connected layer');
});
