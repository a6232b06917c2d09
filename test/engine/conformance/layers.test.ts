import { expect } from 'chai';
import { randomStream } from '../../../src/core/random.js';
import type { Engine } from '../../../src/engine/engine.js';
import { gradients } from '../../../src/engine/graph/gradients.js';
import * as g from '../../../src/engine/graph/ops.js';
import { activations } from '../../../src/engine/networks/activations.js';
import { initial } from '../../../src/engine/networks/initial.js';
import type { Layer, LayerKind } from '../../../src/engine/networks/layer.js';
import { forward, infer, variables, type Network } from '../../../src/engine/networks/network.js';
import { engineForTest, testedEngines } from '../engines-under-test.js';
import { expectClose } from './conforms.js';
import { readFixtures, subjectOf, type FixtureCase, type FixtureTensor } from './fixtures.js';

const { cases } = readFixtures('layers.json');
const ofSteps = (fixture: FixtureCase): boolean => subjectOf(fixture).startsWith('steps of ');
const single = cases.filter((fixture) => !ofSteps(fixture));

const kinds: Readonly<Record<LayerKind, true>> = {
  dense: true,
  conv2d: true,
  convTranspose2d: true,
  maxPool2d: true,
  averagePool2d: true,
  batchNorm: true,
  dropout: true,
  embedding: true,
  activation: true,
  flatten: true,
  reshape: true,
  transpose: true,
  groupNorm: true,
  tap: true,
  residual: true,
};

interface LayerAttributes {
  readonly layer: Layer;
  readonly mode: 'training' | 'inference';
}

/** The layer alone, as a network; the roles of its variables are the names of the case's inputs. */
async function expectLayer(engine: Engine, fixture: FixtureCase): Promise<void> {
  const { inputs, output, upstream, gradients: expected } = fixture;
  const { layer, mode } = fixture.attributes as unknown as LayerAttributes;
  const shape = inputs['x']?.shape ?? [];
  const valueOf = (name: string): Float32Array => Float32Array.from(inputs[name]?.data ?? []);
  const network: Network = { name: 'net', input: shape.slice(1), layers: [layer] };
  const x = g.feed('x', shape);
  const applied = forward(network, x, mode);
  expect(applied.output.shape, 'shape of the output').to.deep.equal(output.shape);
  if (layer.kind === 'tap') expect(applied.taps[layer.name]).to.equal(applied.output);

  const { trainable, statistics } = variables(network);
  const prefix = layer.kind === 'residual' ? 'net/' : 'net/0/';
  const roleOf = ({ name }: { readonly name: string }): string => name.slice(prefix.length);
  const roles = [...trainable, ...statistics].map(roleOf);
  expect(roles).to.have.members(Object.keys(inputs).filter((name) => name !== 'x' && name !== 'mask'));
  const wrt = ['x' in expected ? [x] : [], trainable].flat();
  const found = gradients(g.sum(g.mul(applied.output, g.feed('upstream', upstream.shape))), wrt);
  const program = await engine.compile({
    fetches: { output: applied.output, ...Object.fromEntries(found.map((node, i) => [`gradient ${i}`, node])) },
  });
  const state = engine.variables(
    Object.fromEntries(
      [...trainable, ...statistics].map((node) => [node.name, { shape: node.shape, data: valueOf(roleOf(node)) }]),
    ),
  );
  const masks = Object.fromEntries(applied.feeds.map(({ name }) => [name, valueOf('mask')]));
  const values = await program.run({ x: valueOf('x'), upstream: Float32Array.from(upstream.data), ...masks }, state);
  program.dispose();
  state.dispose();

  expectClose('output', values['output'], output);
  const gradientNames = wrt.map((node) => (node === x ? 'x' : roleOf(node)));
  expect(gradientNames).to.have.members(Object.keys(expected));
  gradientNames.forEach((name, i) => {
    expectClose(`gradient of ${name}`, values[`gradient ${i}`], expected[name]);
  });
}

interface StepAttributes {
  readonly layer: Layer;
  readonly steps: readonly FixtureTensor[];
  readonly runningMean: FixtureTensor;
  readonly runningVariance: FixtureTensor;
}

async function expectSteps(engine: Engine, { attributes, inputs, output }: FixtureCase): Promise<void> {
  const { layer, steps, runningMean, runningVariance } = attributes as unknown as StepAttributes;
  const network: Network = { name: 'net', input: output.shape.slice(1), layers: [layer] };
  const x = g.feed('x', output.shape);
  const step = await engine.compile({ fetches: {}, updates: forward(network, x, 'training').updates });
  const inference = await engine.compile({ fetches: { y: infer(network, x) } });
  const { trainable, statistics } = initial(network, randomStream(1));
  const state = engine.variables({ ...trainable, ...statistics });
  for (const { data } of steps) await step.run({ x: Float32Array.from(data) }, state);
  expectClose('running mean', state.read('net/0/runningMean').data, runningMean);
  expectClose('running variance', state.read('net/0/runningVariance').data, runningVariance);
  expectClose(
    'inference',
    (await inference.run({ x: Float32Array.from(inputs['x']?.data ?? []) }, state))['y'],
    output,
  );
  for (const held of [step, inference, state]) held.dispose();
}

for (const name of testedEngines) {
  describe(`engine ${name} computes the layers that PyTorch computes in float64`, () => {
    let engine: Engine;
    before(async () => {
      engine = await engineForTest(name);
    });
    for (const fixture of single) it(fixture.name, () => expectLayer(engine, fixture));
    for (const fixture of cases.filter(ofSteps)) it(fixture.name, () => expectSteps(engine, fixture));
  });
}

describe('conformance cases of layers', () => {
  it('are there for every kind', () => {
    expect([...new Set(single.map(subjectOf))]).to.have.members(Object.keys(kinds));
  });

  it('are there for every activation', () => {
    const named = single.flatMap(({ attributes }) => {
      const { layer } = attributes as unknown as LayerAttributes;
      return layer.kind === 'activation' ? [layer.activation] : [];
    });
    expect([...new Set(named)]).to.have.members(Object.keys(activations));
  });
});
