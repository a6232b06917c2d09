import { expect } from 'chai';
import type { Engine } from '../../../src/engine/engine.js';
import * as g from '../../../src/engine/graph/ops.js';
import { gradients } from '../../../src/engine/graph/gradients.js';
import type { Layer } from '../../../src/engine/networks/layer.js';
import { initial } from '../../../src/engine/networks/initial.js';
import { forward, type Network, variables } from '../../../src/engine/networks/network.js';
import { randomStream } from '../../../src/core/random.js';
import { engineForTest, testedEngines } from '../engines-under-test.js';
import { expectValues, readCases, readFixture, valuesOf, type FixtureCase, type FixtureTensor } from './fixture.js';

interface Attributes {
  readonly layer: Layer;
  readonly mode: 'training' | 'inference';
}

/** Feeds are x and mask; every other input is a variable of the layer, by its role. */
async function expectLayer(engine: Engine, fixture: FixtureCase<Attributes>): Promise<void> {
  const { attributes, inputs, output, upstream, gradients: expected } = fixture;
  const shape = inputs['x']?.shape ?? [];
  const network: Network = { name: 'net', input: shape.slice(1), layers: [attributes.layer] };
  const x = g.feed('x', shape);
  const applied = forward(network, x, attributes.mode);
  expect(applied.output.shape).to.deep.equal(output.shape);
  const { trainable, statistics } = variables(network);
  const roleOf = (name: string): string => name.slice('net/0/'.length);
  expect([...trainable, ...statistics].map(({ name }) => roleOf(name))).to.have.members(
    Object.keys(inputs).filter((key) => key !== 'x' && key !== 'mask'),
  );
  const wrt = [...(Object.hasOwn(expected, 'x') ? [x] : []), ...trainable];
  const loss = g.sum(g.mul(applied.output, g.constant(valuesOf(upstream), upstream.shape)));
  const found = gradients(loss, wrt);
  const program = await engine.compile({
    fetches: { output: applied.output, ...Object.fromEntries(found.map((node, i) => [`gradient ${i}`, node])) },
  });
  const valueOf = (name: string): Float32Array => valuesOf(inputs[name] ?? { shape: [], data: [] });
  const state = engine.variables(
    Object.fromEntries(
      [...trainable, ...statistics].map((node) => [node.name, { shape: node.shape, data: valueOf(roleOf(node.name)) }]),
    ),
  );
  const masks = Object.fromEntries(applied.feeds.map(({ name }) => [name, valueOf('mask')]));
  const results = await program.run({ x: valueOf('x'), ...masks }, state);
  program.dispose();
  state.dispose();
  expectValues('output', results['output'], output);
  const named = new Map(wrt.map((node, i) => [node === x ? 'x' : roleOf(node.name), results[`gradient ${i}`]]));
  expect([...named.keys()]).to.have.members(Object.keys(expected));
  for (const [name, values] of Object.entries(expected)) expectValues(`gradient of ${name}`, named.get(name), values);
}

interface BatchNormSteps {
  readonly batches: readonly FixtureTensor[];
  readonly runningMean: FixtureTensor;
  readonly runningVariance: FixtureTensor;
  readonly x: FixtureTensor;
  readonly output: FixtureTensor;
}

for (const name of testedEngines) {
  describe(`layers on ${name} agree with PyTorch`, () => {
    let engine: Engine;
    before(async () => {
      engine = await engineForTest(name);
    });

    for (const fixture of readCases<Attributes>('layers')) it(fixture.name, () => expectLayer(engine, fixture));

    it('running statistics over several steps, and inference from them', async () => {
      const { batches, runningMean, runningVariance, x, output } = readFixture('batch-norm-steps') as BatchNormSteps;
      const network: Network = { name: 'net', input: x.shape.slice(1), layers: [{ kind: 'batchNorm' }] };
      const feed = g.feed('x', x.shape);
      const { updates } = forward(network, feed, 'training');
      const step = await engine.compile({ fetches: {}, updates });
      const inference = await engine.compile({ fetches: { y: forward(network, feed, 'inference').output } });
      const { trainable, statistics } = initial(network, randomStream(1));
      const state = engine.variables({ ...trainable, ...statistics });
      for (const batch of batches) await step.run({ x: valuesOf(batch) }, state);
      expectValues('running mean', state.read('net/0/runningMean').data, runningMean);
      expectValues('running variance', state.read('net/0/runningVariance').data, runningVariance);
      expectValues('inference', (await inference.run({ x: valuesOf(x) }, state))['y'], output);
      for (const held of [step, inference, state]) held.dispose();
    });
  });
}
