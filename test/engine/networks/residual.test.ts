import { expect } from 'chai';
import { randomStream } from '../../../src/core/random.js';
import type { Shape } from '../../../src/core/tensor.js';
import { gradients } from '../../../src/engine/graph/gradients.js';
import type { GraphNode } from '../../../src/engine/graph/node.js';
import * as g from '../../../src/engine/graph/ops.js';
import { initial } from '../../../src/engine/networks/initial.js';
import type { Layer } from '../../../src/engine/networks/layer.js';
import { forward, infer, outputShape, variables, type Network } from '../../../src/engine/networks/network.js';
import { captureError } from '../../support/capture-error.js';
import { engineForTest, testedEngines } from '../engines-under-test.js';

const of = (input: Shape, ...layers: Layer[]): Network => ({ name: 'net', input, layers });
const conv = (channels: number, size: number, stride = 1): Layer => ({
  kind: 'conv2d',
  channels,
  size,
  stride,
  padding: (size - 1) / 2,
});
const tanh: Layer = { kind: 'activation', activation: 'tanh' };
const relu: Layer = { kind: 'activation', activation: 'relu' };

/** Everything that is no list of layers: two blocks, one with a shortcut, group norm, features as a second output. */
const resnet = of(
  [2, 4, 4],
  conv(4, 3),
  { kind: 'groupNorm', groups: 2 },
  { kind: 'residual', layers: [conv(4, 3), tanh] },
  { kind: 'residual', layers: [tanh, conv(6, 3, 2)], shortcut: [conv(6, 1, 2)] },
  { kind: 'flatten' },
  { kind: 'tap', name: 'features' },
  { kind: 'dense', units: 3 },
);

describe('a network with residual blocks', () => {
  it('adds what its layers make of x to x', async () => {
    const engine = await engineForTest();
    const network = of([2], { kind: 'residual', layers: [{ kind: 'dense', units: 2 }, relu] });
    const state = engine.variables({
      'net/0/kernel': { shape: [2, 2], data: Float32Array.of(1, -1, 2, 1) },
      'net/0/bias': { shape: [2], data: Float32Array.of(0.5, 0) },
    });
    const program = await engine.compile({ fetches: { y: infer(network, g.feed('x', [1, 2])) } });
    // (3, −1) + relu(3 − 2 + 0.5, −3 − 1)
    expect([...((await program.run({ x: Float32Array.of(3, -1) }, state))['y'] ?? [])]).to.deep.equal([4.5, -1]);
    program.dispose();
    state.dispose();
  });

  it('counts the variables of a block before those of its shortcut, and what stands behind goes on', () => {
    expect(outputShape(resnet)).to.deep.equal([3]);
    expect(variables(resnet).trainable.map(({ name, shape }) => `${name} ${shape.join('×')}`)).to.deep.equal([
      'net/0/kernel 4×2×3×3',
      'net/0/bias 4',
      'net/1/scale 4',
      'net/1/shift 4',
      'net/2/kernel 4×4×3×3',
      'net/2/bias 4',
      'net/3/kernel 6×4×3×3',
      'net/3/bias 6',
      'net/4/kernel 6×4×1×1',
      'net/4/bias 6',
      'net/5/kernel 24×3',
      'net/5/bias 3',
    ]);
  });

  it('looks for the rectifier behind a block, and in the block behind a layer', () => {
    const largest = (...layers: Layer[]): number =>
      Math.max(...(initial(of([20], ...layers), randomStream(1)).trainable['net/0/kernel']?.data ?? []));
    const dense: Layer = { kind: 'dense', units: 20 };
    const [he, glorot] = [Math.sqrt(6 / 20), Math.sqrt(6 / 40)];
    // the largest of 400 uniform draws is within 5 % of their limit
    expect(largest({ kind: 'residual', layers: [dense] }, relu)).to.be.within(0.95 * he, he * 1.001);
    expect(largest(dense, { kind: 'residual', layers: [relu, dense] })).to.be.within(0.95 * he, he * 1.001);
    expect(largest({ kind: 'residual', layers: [dense] }, dense, relu)).to.be.within(0.95 * glorot, glorot * 1.001);
  });

  const refused: readonly [string, Network, string][] = [
    [
      'a block that changes the shape without a shortcut',
      of([2, 4, 4], conv(4, 3), { kind: 'residual', layers: [conv(6, 3, 2)] }),
      'network "net", layer 1 (residual), applied to [2, 4, 4, 4]: its layers give [2, 6, 2, 2], to be added to ' +
        '[2, 4, 4, 4]; give it a shortcut',
    ],
    [
      // It would be broadcast without a word.
      'a block whose output could be broadcast',
      of([4], { kind: 'residual', layers: [{ kind: 'dense', units: 1 }] }),
      'its layers give [2, 1], to be added to [2, 4]',
    ],
    [
      'a layer in a block that does not fit',
      of([4], { kind: 'residual', layers: [relu, conv(4, 3)] }),
      'network "net", layer 0 (residual), applied to [2, 4]: layer 1 (conv2d), applied to [2, 4]: needs images',
    ],
    [
      'two taps of one name',
      of([4], { kind: 'tap', name: 'h' }, { kind: 'residual', layers: [{ kind: 'tap', name: 'h' }] }),
      'there are two taps "h"',
    ],
    [
      'groups of different sizes',
      of([4], { kind: 'groupNorm', groups: 3 }),
      'layer 0 (groupNorm), applied to [2, 4]: 4 channels do not make 3 groups of the same size',
    ],
    ['groups of one value', of([4], { kind: 'groupNorm', groups: 4 }), 'have one value each, and no variance'],
  ];
  for (const [what, network, message] of refused) {
    it(`refuses ${what}`, async () => {
      const error = await captureError(() => infer(network, g.feed('x', [2, ...network.input])));
      expect(error.message).to.include(message);
    });
  }
});

for (const name of testedEngines) {
  describe(`engine ${name}, for networks with residual blocks`, () => {
    it('normalises groups of channels of each sample', async () => {
      const engine = await engineForTest(name);
      const network = of([4, 1, 2], { kind: 'groupNorm', groups: 2, epsilon: 0.25 });
      const state = engine.variables({
        'net/0/scale': { shape: [4], data: Float32Array.of(1, 2, 1, 1) },
        'net/0/shift': { shape: [4], data: Float32Array.of(0, 0, 0, 10) },
      });
      const program = await engine.compile({ fetches: { y: infer(network, g.feed('x', [2, 4, 1, 2])) } });
      const x = Float32Array.of(1, 3, 5, 7, 2, 2, 2, 2, 0, 0, 0, 4, -1, 1, -1, 1);
      const { y = [] } = await program.run({ x }, state);
      // First sample: group (1, 3, 5, 7) has μ = 4, σ² = 5; the second is constant. Second sample: (0, 0, 0, 4) has μ = 1,
      // σ² = 3; (−1, 1, −1, 1) has μ = 0, σ² = 1.
      const [a, b, c] = [Math.sqrt(5.25), Math.sqrt(3.25), Math.sqrt(1.25)];
      const expected = [-3 / a, -1 / a, 2 / a, 6 / a, 0, 0, 10, 10, -1 / b, -1 / b, -2 / b, 6 / b];
      expected.push(-1 / c, 1 / c, 10 - 1 / c, 10 + 1 / c);
      expected.forEach((value, i) => {
        expect(y[i], `value ${i}`).to.be.closeTo(value, 1e-5);
      });
      program.dispose();
      state.dispose();
    });

    it('agrees with finite differences in every parameter, through blocks, shortcut, group norm and tap', async () => {
      const engine = await engineForTest(name);
      const random = randomStream(3);
      const { output, taps } = forward(resnet, g.feed('x', [2, 2, 4, 4]), 'training');
      const features = taps['features'] ?? output;
      expect(features.shape).to.deep.equal([2, 24]);
      const weighted = (node: GraphNode): GraphNode =>
        g.sum(
          g.mul(
            node,
            g.constant(
              Float32Array.from({ length: 2 * (node.shape[1] ?? 1) }, (_, i) => Math.cos(i)),
              node.shape,
            ),
          ),
        );
      const loss = g.add(weighted(output), weighted(g.square(features)));
      const { trainable } = variables(resnet);
      const found = gradients(loss, trainable);
      const program = await engine.compile({
        fetches: { loss, ...Object.fromEntries(trainable.map((node, i) => [node.name, found[i] ?? loss])) },
      });
      const values = initial(resnet, random).trainable;
      const x = Float32Array.from({ length: 64 }, () => random.uniform() - 0.5);
      const state = engine.variables(values);
      const run = (): Promise<Record<string, Float32Array>> => program.run({ x }, state);
      const slopes = await run();
      for (const node of trainable) {
        const value = values[node.name];
        if (value === undefined) throw new Error(`${node.name} has no value`);
        // Along signs: exact up to the third derivative and float32 rounding of the loss, some 1e-6 / 2h.
        const h = 1 / 256;
        const direction = value.data.map(() => (random.uniform() < 0.5 ? -h : h));
        const lossAt = async (sign: number): Promise<number> => {
          const moved = value.data.map((one, i) => one + sign * (direction[i] ?? 0));
          state.write({ [node.name]: { shape: value.shape, data: moved } });
          return (await run())['loss']?.[0] ?? NaN;
        };
        const difference = (await lossAt(1)) - (await lossAt(-1));
        state.write({ [node.name]: value });
        const slope = slopes[node.name] ?? new Float32Array();
        const predicted = slope.reduce((total, one, i) => total + 2 * one * (direction[i] ?? 0), 0);
        const scale = slope.reduce((total, one) => total + 2 * h * Math.abs(one), 0);
        expect(Math.abs(difference - predicted) / scale, node.name).to.be.lessThan(0.01);
      }
      program.dispose();
      state.dispose();
    });
  });
}
