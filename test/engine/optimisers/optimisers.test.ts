import { expect } from 'chai';
import * as g from '../../../src/engine/graph/ops.js';
import { makeOptimiser, type OptimiserName, type OptimiserOptions } from '../../../src/engine/optimisers/optimisers.js';
import { captureError } from '../../support/capture-error.js';
import { engineForTest } from '../engines-under-test.js';

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
