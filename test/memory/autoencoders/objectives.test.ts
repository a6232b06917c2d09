import { expect } from 'chai';
import type { Engine } from '../../../src/engine/engine.js';
import { gradients } from '../../../src/engine/graph/gradients.js';
import type { GraphNode } from '../../../src/engine/graph/node.js';
import * as g from '../../../src/engine/graph/ops.js';
import type { Activation } from '../../../src/engine/networks/activations.js';
import type { Layer } from '../../../src/engine/networks/layer.js';
import { encodeWithJacobianNorm } from '../../../src/memory/autoencoders/jacobian-norm.js';
import { meanActivityPenalty } from '../../../src/memory/autoencoders/dense-members.js';
import { variational } from '../../../src/memory/autoencoders/variational.js';
import { expectClose } from '../../engine/conformance/conforms.js';
import { readFixtures, subjectOf, type FixtureCase } from '../../engine/conformance/fixtures.js';
import { engineForTest, testedEngines } from '../../engine/engines-under-test.js';

/** How a case is computed by reverie, and which of its inputs is which variable or feed of the graph. */
interface Subject {
  readonly output: GraphNode;
  /** Input of the case by the name of the graph's variable. */
  readonly variables: Readonly<Record<string, string>>;
  /** Input of the case, or values, by the name of the graph's feed. */
  readonly feeds: Readonly<Record<string, string | Float32Array>>;
}

const subjects: Readonly<Record<string, (fixture: FixtureCase) => Subject>> = {
  variational: ({ inputs, attributes }) => {
    const [count = 0, width = 0] = inputs['x']?.shape ?? [];
    const [, both = 0] = inputs['kernel']?.shape ?? [];
    const options = { latent: both / 2, hidden: [], beta: attributes['beta'], freeBits: attributes['freeBits'] };
    return {
      output: variational.describe(options, { shape: [width], width }).objective(count).loss,
      variables: {
        ...{ 'encoder/0/kernel': 'kernel', 'encoder/0/bias': 'bias' },
        ...{ 'decoder/0/kernel': 'back', 'decoder/0/bias': 'shift' },
      },
      feeds: {
        ...{ x: 'x', target: 'x', weights: 'weights', noise: 'noise' },
        beta: Float32Array.of(Number(attributes['beta'])),
      },
    };
  },
  sparse: ({ inputs, attributes }) => ({
    output: meanActivityPenalty(
      g.variable('code', inputs['code']?.shape ?? []),
      g.feed('weights', inputs['weights']?.shape ?? []),
      Number(attributes['rho']),
    ),
    variables: { code: 'code' },
    feeds: { weights: 'weights' },
  }),
  jacobian: ({ inputs, attributes }) => {
    const names = attributes['activations'] as readonly Activation[];
    const [count = 0, width = 0] = inputs['x']?.shape ?? [];
    const layers = names.flatMap((activation, i): readonly Layer[] => [
      { kind: 'dense', units: inputs[`kernel${i}`]?.shape[1] ?? 0 },
      { kind: 'activation', activation },
    ]);
    return {
      output: encodeWithJacobianNorm({ name: 'net', input: [width], layers }, g.feed('x', [count, width])).norms,
      variables: Object.fromEntries(
        names.flatMap((_, i) => [
          [`net/${i}/kernel`, `kernel${i}`],
          [`net/${i}/bias`, `bias${i}`],
        ]),
      ),
      feeds: { x: 'x' },
    };
  },
};

async function expectAsPyTorch(engine: Engine, fixture: FixtureCase): Promise<void> {
  const { output, variables, feeds } = subjects[subjectOf(fixture)]?.(fixture) ?? {};
  if (output === undefined) throw new Error(`nobody knows how to compute ${fixture.name}`);
  expect(output.shape).to.deep.equal(fixture.output.shape);
  const input = (name: string): { readonly shape: readonly number[]; readonly data: Float32Array } => {
    const { shape, data } = fixture.inputs[name] ?? { shape: [], data: [] };
    return { shape, data: Float32Array.from(data) };
  };
  const wanted = Object.entries(variables ?? {}).filter(([, name]) => name in fixture.gradients);
  expect(wanted.map(([, name]) => name)).to.have.members(Object.keys(fixture.gradients));
  const upstream = g.constant(Float32Array.from(fixture.upstream.data), fixture.upstream.shape);
  const found = gradients(
    g.sum(g.mul(output, upstream)),
    wanted.map(([variable, name]) => g.variable(variable, input(name).shape)),
  );
  const program = await engine.compile({
    fetches: {
      output,
      ...Object.fromEntries(wanted.map(([, name], i) => [`gradient of ${name}`, found[i] ?? output])),
    },
  });
  const state = engine.variables(
    Object.fromEntries(Object.entries(variables ?? {}).map(([variable, name]) => [variable, input(name)])),
  );
  const given = Object.entries(feeds ?? {}).map(([feed, value]) => [
    feed,
    typeof value === 'string' ? input(value).data : value,
  ]);
  const values = await program.run(Object.fromEntries(given) as Record<string, Float32Array>, state);
  program.dispose();
  state.dispose();
  expectClose('output', values['output'], fixture.output);
  for (const [, name] of wanted) {
    expectClose(`gradient of ${name}`, values[`gradient of ${name}`], fixture.gradients[name]);
  }
}

const { cases } = readFixtures('objectives.json', import.meta.url);

for (const name of testedEngines) {
  describe(`engine ${name} computes the objectives that PyTorch computes in float64`, () => {
    let engine: Engine;
    before(async () => {
      engine = await engineForTest(name);
    });
    for (const fixture of cases) it(fixture.name, () => expectAsPyTorch(engine, fixture));
  });
}

it('there are cases for every objective', () => {
  expect([...new Set(cases.map(subjectOf))]).to.have.members(Object.keys(subjects));
});
