import { expect } from 'chai';
import { createHash } from 'node:crypto';
import { runConfiguration, scenarioDigest } from '../../src/scenarios/run-configuration.js';
import type { Json } from '../../src/core/snapshot.js';
import { captureError } from '../support/capture-error.js';
import { someScenario } from './some-scenario.js';

const streamed = (changes: { readonly [name: string]: Json }) => ({
  stream: { name: 'class-incremental', options: { tasks: 5, classOrder: 'ascending', ...changes } },
});

const finetune = { name: 'finetune', options: {} };

describe('runConfiguration', () => {
  it('is the scenario with one learner, without the seed and the place it was read from', () => {
    const origin = { file: 'x.yaml', stream: 'x.yaml:1:1 tasks' };
    expect(runConfiguration({ ...someScenario, origin }, finetune)).to.deep.equal({
      name: 'some',
      description: 'For tests.',
      dataset: someScenario.dataset,
      tasks: 5,
      classOrder: 'ascending',
      plan: someScenario.plan,
      learners: [finetune],
      memory: someScenario.memory,
    });
  });

  it('refuses options that JSON cannot say', async () => {
    const options = { rate: Number.NaN };
    const error = await captureError(() => runConfiguration(someScenario, { name: 'x', options }));
    expect(error.code).to.equal('bad-scenario');
  });
});

describe('scenarioDigest', () => {
  const digest = scenarioDigest(someScenario, 1);

  it('is the SHA-256 of the configuration as JSON with sorted keys', () => {
    // Written out by hand, keys in the order of the alphabet.
    const json =
      '{"classOrder":"ascending","dataset":{"name":"synthetic","options":{"classes":10}},' +
      '"learners":[{"name":"rehearsal","options":{"hidden":[3],"rate":0.1}}],' +
      '"memory":{"encoder":{"name":"identity","options":{}},"name":"autoencoder","options":{"latent":2},' +
      '"sampler":{"name":"walk","options":{}}},"name":"some","plan":{"batchSize":16,"budget":{"iterations":10}},"tasks":5}';
    expect(digest).to.equal(createHash('sha256').update(json).digest('hex'));
  });

  it('does not change with seed, description, place or the other learners', () => {
    const same = [
      { ...someScenario, seed: 2 },
      { ...someScenario, description: 'ProgressText otherwise.' },
      { ...someScenario, origin: { file: 'x', stream: 'x:1:1 tasks' } },
      { ...someScenario, learners: [{ name: 'joint', options: {} }, ...someScenario.learners.slice(1)] },
    ];
    for (const scenario of same) expect(scenarioDigest(scenario, 1)).to.equal(digest);
    // When a run is saved changes nothing of what comes out.
    expect(scenarioDigest({ ...someScenario, checkpointEvery: { iterations: 5 } }, 1)).to.equal(digest);
    expect(scenarioDigest({ ...someScenario, compareBy: 'tasks' }, 1)).to.equal(digest);
  });

  it('does not change with the order of keys', () => {
    const options: Json = { hidden: [3], rate: 0.1 };
    expect(scenarioDigest({ ...someScenario, learners: [finetune, { options, name: 'rehearsal' }] }, 1)).to.equal(
      digest,
    );
  });

  it('changes with all that defines the run', () => {
    const others = [
      { ...someScenario, ...streamed({ tasks: 2 }) },
      { ...someScenario, ...streamed({ repeat: 2 }) },
      { ...someScenario, stream: { name: 'domain-incremental', options: {} } },
      { ...someScenario, stream: { name: 'domain-incremental', options: { domains: 5 } } },
      { ...someScenario, evaluateEvery: 5 },
      { ...someScenario, validation: { share: 0.1 } },
      { ...someScenario, ...streamed({ samplesPerClass: { train: 5 } }) },
      { ...someScenario, ...streamed({ classOrder: 'random' }) },
      { ...someScenario, plan: { ...someScenario.plan, batchSize: 17 } },
      { ...someScenario, dataset: { name: 'synthetic', options: { classes: 11 } } },
      { ...someScenario, memory: { ...someScenario.memory, options: { latent: 3 } } },
      { ...someScenario, learners: [finetune, { name: 'rehearsal', options: { rate: 0.1, hidden: [4] } }] },
    ];
    const digests = others.map((scenario) => scenarioDigest(scenario, 1));
    expect(new Set([digest, ...digests]).size).to.equal(others.length + 1);
  });

  it('takes all learners together where none is given', () => {
    expect(new Set([scenarioDigest(someScenario), scenarioDigest(someScenario, 0), digest]).size).to.equal(3);
  });
});
