import { expect } from 'chai';
import type { Engine } from '../../../src/engine/engine.js';
import { gradients } from '../../../src/engine/graph/gradients.js';
import type { GraphNode } from '../../../src/engine/graph/node.js';
import * as g from '../../../src/engine/graph/ops.js';
import type { FixtureCase, FixtureTensor } from './fixtures.js';

/**
 * How far a float32 result may lie from the float64 one, in units of the largest value next to it: some 80 roundings,
 * for sums of a few dozen products and for exponentials that are exact to a few units in the last place. Values below
 * a tenth count as a tenth: the gradient of a saturated sigmoid is a small difference of numbers near 1.
 */
const tolerance = 1e-5;
const leastScale = 0.1;

/**
 * Builds the case's graph with feeds for its inputs, runs it with its gradients on the engine, and compares both with
 * what PyTorch computed.
 */
export async function expectConformance(
  engine: Engine,
  fixture: FixtureCase,
  build: (inputs: Readonly<Record<string, GraphNode>>, attributes: FixtureCase['attributes']) => GraphNode,
): Promise<void> {
  const inputs = Object.fromEntries(
    Object.entries(fixture.inputs).map(([name, { shape }]) => [name, g.feed(`input ${name}`, shape)]),
  );
  const output = build(inputs, fixture.attributes);
  expect(output.shape, 'shape of the output').to.deep.equal(fixture.output.shape);
  const wanted = Object.keys(fixture.gradients);
  const loss = g.sum(g.mul(output, g.feed('upstream', fixture.upstream.shape)));
  const found = gradients(
    loss,
    wanted.map((name) => inputs[name] ?? loss),
  );
  const program = await engine.compile({
    fetches: { output, ...Object.fromEntries(wanted.map((name, i) => [`gradient of ${name}`, found[i] ?? loss])) },
  });
  const values = await program.run({
    upstream: Float32Array.from(fixture.upstream.data),
    ...Object.fromEntries(
      Object.entries(fixture.inputs).map(([name, { data }]) => [`input ${name}`, Float32Array.from(data)]),
    ),
  });
  program.dispose();
  expectClose('output', values['output'], fixture.output);
  for (const name of wanted) {
    expectClose(`gradient of ${name}`, values[`gradient of ${name}`], fixture.gradients[name]);
  }
}

/** Compares values to what PyTorch computed. */
export function expectClose(what: string, actual: Float32Array | undefined, expected: FixtureTensor | undefined): void {
  if (actual === undefined || expected === undefined) throw new Error(`there is no ${what}`);
  expect(actual, what).to.have.length(expected.data.length);
  const scale = Math.max(leastScale, ...expected.data.map(Math.abs));
  expected.data.forEach((value, i) => {
    const closeTo = Math.abs((actual[i] ?? NaN) - value) <= tolerance * scale;
    expect(closeTo, `${what}[${i}] is ${actual[i] ?? 'missing'}, should be ${value}`).to.be.true;
  });
}
