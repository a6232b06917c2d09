import { expect } from 'chai';
import * as g from '../../../src/engine/graph/ops.js';
import {
  makeOptimiser,
  Adam,
  type OptimiserName,
  type OptimiserOptions,
} from '../../../src/engine/optimisers/optimisers.js';
import { captureError } from '../../support/capture-error.js';
import { engineForTest, testedEngines } from '../engines-under-test.js';
import { gradients } from '../../../src/engine/graph/gradients.js';

/** w after one step from w = 1 with gradient 2. */
async function afterOneStep(options: OptimiserOptions): Promise<number | undefined> {
  const engine = await engineForTest();
  const optimiser = makeOptimiser(options);
  const initial = { w: { shape: [1], data: Float32Array.of(1) } };
  const { updates, knownSteps } = optimiser.graph([g.variable('w', [1])], [g.constant(Float32Array.of(2), [1])]);
  const variables = engine.variables({ ...initial, ...optimiser.initial(initial) });
  const program = await engine.compile({ fetches: {}, updates, knownSteps });
  await program.run(optimiser.feeds(1), variables);
  return variables.read('w').data[0];
}

describe('optimisers by name', () => {
  it('take the options of their own', async () => {
    // 1 − 0.1·2
    expect(await afterOneStep({ name: 'sgd', learningRate: 0.1 })).to.be.closeTo(0.8, 1e-6);
    // The first step of Adam is α long, whatever the gradient.
    expect(await afterOneStep({ name: 'adam', learningRate: 0.1 })).to.be.closeTo(0.9, 1e-6);
    // 1 − 0.1·2/√(0.25·2²)
    expect(await afterOneStep({ name: 'rmsprop', learningRate: 0.1, decay: 0.75 })).to.be.closeTo(0.8, 1e-6);
  });

  it('refuse a name that is none, and options that mean nothing', async () => {
    const none = { name: 'lion' as OptimiserName, learningRate: 0.1 };
    expect((await captureError(() => makeOptimiser(none))).message).to.equal(
      'there is no optimiser "lion"; there are adam, sgd, rmsprop',
    );
    const nesterov = { name: 'sgd', learningRate: 0.1, nesterov: true } as const;
    expect((await captureError(() => makeOptimiser(nesterov))).message).to.include('give a momentum');
  });
});

/** Adam as its paper writes it (Kingma & Ba 2015, algorithm 1), in double precision. */
function referenceAdam(gradient: (w: number) => number, start: number, steps: number, rate: number): number[] {
  let [w, m, v] = [start, 0, 0];
  const path = [];
  for (let t = 1; t <= steps; t++) {
    const gt = gradient(w);
    m = 0.9 * m + 0.1 * gt;
    v = 0.999 * v + 0.001 * gt * gt;
    w -= (rate * (m / (1 - 0.9 ** t))) / (Math.sqrt(v / (1 - 0.999 ** t)) + 1e-8);
    path.push(w);
  }
  return path;
}

describe('Adam', () => {
  for (const name of testedEngines) {
    it(`follows its paper's algorithm on ${name}`, async () => {
      const engine = await engineForTest(name);
      const w = g.variable('w', [1]);
      const loss = g.sum(g.square(g.sub(w, g.constant(1))));
      const optimiser = new Adam({ learningRate: 0.05 });
      const parameters = { w: { shape: [1], data: Float32Array.of(-2) } };
      const program = await engine.compile({ fetches: {}, ...optimiser.graph([w], gradients(loss, [w])) });
      const variables = engine.variables({ ...parameters, ...optimiser.initial(parameters) });
      const expected = referenceAdam((at) => 2 * (at - 1), -2, 60, 0.05);
      for (let t = 1; t <= 60; t++) {
        await program.run(optimiser.feeds(t), variables);
        expect(variables.read('w').data[0], `step ${t}`).to.be.closeTo(expected[t - 1] ?? NaN, 2e-5);
      }
      program.dispose();
      variables.dispose();
    });
  }
});
