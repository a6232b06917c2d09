import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { gradients } from '../../../src/engine/graph/gradients.js';
import * as g from '../../../src/engine/graph/ops.js';
import { Adam, Rmsprop, Sgd } from '../../../src/engine/optimisers/optimisers.js';
import { clipByGlobalNorm, clipByValue, clipped, type Optimiser } from '../../../src/engine/optimisers/optimiser.js';
import { cosine, linear, stepwise } from '../../../src/engine/optimisers/schedules.js';
import { engineForTest, testedEngines } from '../engines-under-test.js';
import type { FixtureTensor } from './fixtures.js';

interface OptimiserFixtures {
  readonly madeBy: { readonly torch: string };
  readonly start: FixtureTensor;
  readonly x: FixtureTensor;
  readonly y: FixtureTensor;
  /** By optimiser: the parameters after each step. */
  readonly paths: Readonly<Record<string, readonly FixtureTensor[]>>;
}

const fixtures = JSON.parse(
  readFileSync(new URL('fixtures/optimisers.json', import.meta.url), 'utf8'),
) as OptimiserFixtures;

/** The same settings as in make_fixtures/optimisers.py. */
const optimisers: Readonly<Record<string, Optimiser>> = {
  sgd: new Sgd({ learningRate: 0.05 }),
  momentum: new Sgd({ learningRate: 0.02, momentum: 0.9 }),
  nesterov: new Sgd({ learningRate: 0.02, momentum: 0.9, nesterov: true }),
  adam: new Adam({ learningRate: 0.05 }),
  'adam with other constants': new Adam({ learningRate: 0.05, beta1: 0.8, beta2: 0.9, epsilon: 0.01 }),
  adamw: new Adam({ learningRate: 0.05, weightDecay: 0.1 }),
  rmsprop: new Rmsprop({ learningRate: 0.02, decay: 0.9, epsilon: 1e-4 }),
  'clipped by value': clipped(new Sgd({ learningRate: 0.1 }), clipByValue(0.5)),
  'clipped by norm': clipped(new Adam({ learningRate: 0.05 }), clipByGlobalNorm(0.5)),
  cosine: new Sgd({ learningRate: cosine({ from: 0.1, to: 0.01, steps: 8 }) }),
  linear: new Sgd({ learningRate: linear({ from: 0.1, to: 0.02, steps: 8 }) }),
  stepwise: new Sgd({ learningRate: stepwise({ from: 0.1, factor: 0.5, every: 3 }) }),
};

describe(`optimisers follow PyTorch ${fixtures.madeBy.torch} in float64`, () => {
  it('with a path for each of them', () => {
    expect(Object.keys(fixtures.paths)).to.have.members(Object.keys(optimisers));
  });

  for (const engineName of testedEngines) {
    for (const [name, optimiser] of Object.entries(optimisers)) {
      it(`${name} on ${engineName}`, async () => {
        const engine = await engineForTest(engineName);
        const { start, x, y, paths } = fixtures;
        const w = g.variable('w', start.shape);
        const loss = g.mean(g.square(g.sub(g.matMul(g.feed('x', x.shape), w), g.feed('y', y.shape))));
        const program = await engine.compile({ fetches: { loss }, ...optimiser.graph([w], gradients(loss, [w])) });
        const parameters = { w: { shape: start.shape, data: Float32Array.from(start.data) } };
        const variables = engine.variables({ ...parameters, ...optimiser.initial(parameters) });
        const feeds = { x: Float32Array.from(x.data), y: Float32Array.from(y.data) };
        for (const [i, expected] of (paths[name] ?? []).entries()) {
          await program.run({ ...feeds, ...optimiser.feeds(i + 1) }, variables);
          const { data } = variables.read('w');
          expected.data.forEach((value, at) => {
            expect(data[at], `value ${at} after step ${i + 1}`).to.be.closeTo(value, 2e-5);
          });
        }
        program.dispose();
        variables.dispose();
      });
    }
  }
});
