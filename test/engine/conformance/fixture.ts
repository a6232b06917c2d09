import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import type { Shape } from '../../../src/core/tensor.js';
import type { Engine, Feeds } from '../../../src/engine/engine.js';
import { gradients } from '../../../src/engine/graph/gradients.js';
import type { Feed, GraphNode } from '../../../src/engine/graph/node.js';
import * as g from '../../../src/engine/graph/ops.js';

/** A tensor of a fixture: float64 values as PyTorch computed them. */
export interface FixtureTensor {
  readonly shape: Shape;
  readonly data: readonly number[];
}

/** A case that PyTorch computed: output = f(inputs), and ∂(Σ upstream·output)/∂input. */
export interface FixtureCase<Attributes> {
  readonly name: string;
  readonly attributes: Attributes;
  readonly inputs: Readonly<Record<string, FixtureTensor>>;
  readonly output: FixtureTensor;
  readonly upstream: FixtureTensor;
  readonly gradients: Readonly<Record<string, FixtureTensor>>;
}

/** A file of `fixtures/`; `make_fixtures/` has the script that made it. */
export function readFixture(name: string): unknown {
  return JSON.parse(readFileSync(new URL(`fixtures/${name}.json`, import.meta.url), 'utf8'));
}

/** The cases of a fixture file. */
export function readCases<Attributes>(name: string): readonly FixtureCase<Attributes>[] {
  return (readFixture(name) as { readonly cases: readonly FixtureCase<Attributes>[] }).cases;
}

/** The values of a fixture as an engine takes them. */
export function valuesOf({ data }: FixtureTensor): Float32Array {
  return Float32Array.from(data);
}

/** Compares to 2·10⁻⁵ of the larger of 1 and the expected value: what float32 leaves after the sums of these cases. */
export function expectValues(what: string, actual: Float32Array | undefined, expected: FixtureTensor): void {
  expect(actual, what).to.have.length(expected.data.length);
  expected.data.forEach((value, i) => {
    expect(actual?.[i], `${what}, value ${i}`).to.be.closeTo(value, 2e-5 * Math.max(1, Math.abs(value)));
  });
}

/** Builds a case's graph on feeds of its inputs, and compares output and gradients. */
export async function expectConformance(
  engine: Engine,
  { inputs, output, upstream, gradients: expected }: FixtureCase<unknown>,
  build: (inputs: ReadonlyMap<string, Feed>) => GraphNode,
): Promise<void> {
  const feeds = new Map(Object.entries(inputs).map(([name, { shape }]) => [name, g.feed(name, shape)]));
  const y = build(feeds);
  expect(y.shape).to.deep.equal(output.shape);
  const given = g.constant(valuesOf(upstream), upstream.shape);
  const wrt = [...feeds].filter(([name]) => name in expected);
  const found = wrt.length === 0 ? [] : gradients(g.sum(g.mul(y, given)), wrt.map(([, node]) => node));
  const fetches = Object.fromEntries(wrt.map(([name], i) => [`gradient of ${name}`, found[i] ?? y]));
  const program = await engine.compile({ fetches: { output: y, ...fetches } });
  const values: Feeds = Object.fromEntries(Object.entries(inputs).map(([name, tensor]) => [name, valuesOf(tensor)]));
  const results = await program.run(values);
  program.dispose();
  expectValues('output', results['output'], output);
  for (const [name, gradient] of Object.entries(expected)) {
    expectValues(`gradient of ${name}`, results[`gradient of ${name}`], gradient);
  }
}
