import { expect } from 'chai';
import { randomStream } from '../../../src/core/random.js';
import type { Engine } from '../../../src/engine/engine.js';
import { gradients } from '../../../src/engine/graph/gradients.js';
import * as g from '../../../src/engine/graph/ops.js';
import { engineForTest } from '../engines-under-test.js';
import { readFixtures, subjectOf, type FixtureCase } from './fixtures.js';
import { opBuilders, type Op } from './op-builders.js';

/** Cases at points where the derivative jumps, or where float32 is too coarse for a difference of two values. */
const notSmooth = /with ties|of 0|on the borders|far out|large logits/;

const h = 1 / 256;

/**
 * The largest difference between what the graph says of a gradient and (f(x + hv) − f(x − hv)) / 2h, in a direction v
 * of signs, in units of Σ |∂f/∂xᵢ|. Exact up to the third derivative's h²/6 and the rounding of f over 2h.
 */
async function disagreement(engine: Engine, fixture: FixtureCase): Promise<number> {
  const inputs = Object.fromEntries(
    Object.entries(fixture.inputs).map(([name, { shape }]) => [name, g.feed(name, shape)]),
  );
  const output = opBuilders[subjectOf(fixture) as Op](inputs, fixture.attributes);
  const wanted = Object.keys(fixture.gradients);
  const loss = g.sum(g.mul(output, g.constant(Float32Array.from(fixture.upstream.data), fixture.upstream.shape)));
  const found = gradients(
    loss,
    wanted.map((name) => inputs[name] ?? loss),
  );
  const program = await engine.compile({
    fetches: { output, ...Object.fromEntries(wanted.map((name, i) => [name, found[i] ?? loss])) },
  });
  // Half a step off the fixtures' grid, on which relu, abs and clip have their bends and operands may be equal.
  const point = Object.fromEntries(
    Object.entries(fixture.inputs).map(([name, { data }], i) => [
      name,
      Float32Array.from(data, (value) => (i === 0 && name !== 'mask' ? value + 1 / 128 : value)),
    ]),
  );
  const valueAt = async (name: string, moved: Float32Array): Promise<number> => {
    const { output: values = new Float32Array() } = await program.run({ ...point, [name]: moved });
    return fixture.upstream.data.reduce((total, weight, i) => total + weight * (values[i] ?? NaN), 0);
  };
  const gradient = await program.run(point);
  let worst = 0;
  for (const name of wanted) {
    const random = randomStream(1);
    const direction = Float32Array.from(point[name] ?? [], () => (random.uniform() < 0.5 ? -h : h));
    const step = (sign: number): Float32Array =>
      Float32Array.from(point[name] ?? [], (value, i) => value + sign * (direction[i] ?? 0));
    const difference = (await valueAt(name, step(1))) - (await valueAt(name, step(-1)));
    const slopes = [...(gradient[name] ?? [])];
    const predicted = slopes.reduce((total, slope, i) => total + 2 * slope * (direction[i] ?? 0), 0);
    const scale = slopes.reduce((total, slope) => total + 2 * h * Math.abs(slope), 0);
    worst = Math.max(worst, Math.abs(difference - predicted) / scale);
  }
  program.dispose();
  return worst;
}

describe('gradients agree with finite differences', () => {
  const cases = readFixtures('ops.json').cases.filter(
    ({ name, gradients: wanted }) => !notSmooth.test(name) && Object.keys(wanted).length > 0,
  );
  let engine: Engine;
  before(async () => {
    engine = await engineForTest();
  });

  for (const fixture of cases) {
    it(fixture.name, async () => {
      expect(await disagreement(engine, fixture)).to.be.below(1e-3);
    });
  }

  it('for every op but those that are constant piece by piece', () => {
    const constant = ['greater', 'equal'];
    const subjects = new Set(cases.map(subjectOf));
    expect(Object.keys(opBuilders).filter((op) => !subjects.has(op))).to.deep.equal(constant);
  });
});
