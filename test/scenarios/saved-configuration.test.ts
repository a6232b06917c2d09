import { expect } from 'chai';
import type { Json } from '../../src/core/snapshot.js';
import { runConfiguration } from '../../src/scenarios/run-configuration.js';
import { dataConfiguration, learnerConfiguration } from '../../src/scenarios/saved-configuration.js';
import { captureError } from '../support/capture-error.js';
import { someScenario } from './some-scenario.js';

describe('a saved configuration', () => {
  const scenario = someScenario;
  const learner = { name: 'rehearsal', options: { hidden: [8] } };

  it('gives back what a learner is made from', () => {
    const { name, plan, memory } = scenario;
    expect(learnerConfiguration(runConfiguration(scenario, learner), 'file')).to.deep.equal({
      name,
      plan,
      memory,
      learner,
    });
  });

  it('gives back which data were learnt', () => {
    const { name, dataset, stream } = scenario;
    expect(dataConfiguration(runConfiguration(scenario, learner), 'file')).to.deep.equal({ name, dataset, stream });
    const options = { tasks: [[0, 1]], classOrder: 'ascending' };
    for (const other of [
      { name: 'class-incremental', options: { ...options, samplesPerClass: { train: 20 } } },
      { name: 'class-incremental', options: { ...options, repeat: 2 } },
      { name: 'domain-incremental', options: { domains: 3 } },
    ]) {
      const saved = runConfiguration({ ...scenario, stream: other }, learner);
      expect(dataConfiguration(saved, 'file')).to.deep.equal({ name, dataset, stream: other });
    }
  });

  it('is refused when it does not say which data were learnt', async () => {
    const error = await captureError(() => dataConfiguration({ dataset: 'mnist' }, 'x.reverie'));
    expect(error.code).to.equal('bad-checkpoint');
    expect(error.message).to.match(/^x\.reverie does not say which data were learnt at dataset: /);
  });

  const bad: readonly [string, Json][] = [
    ['is no object', 3],
    ['has no learner', { ...(runConfiguration(scenario, learner) as object), learners: [] }],
    ['has no plan', { ...(runConfiguration(scenario, learner) as object), plan: {} }],
  ];
  for (const [what, saved] of bad) {
    it(`is refused when it ${what}`, async () => {
      const error = await captureError(() => learnerConfiguration(saved, 'x.reverie'));
      expect(error.code).to.equal('bad-checkpoint');
      expect(error.message).to.match(/^x\.reverie holds no scenario that a learner could be made from at [\w. ]+: /);
    });
  }
});
