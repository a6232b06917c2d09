import { expect } from 'chai';
import { lastValueFrom } from 'rxjs';
import { compose } from '../../src/di/composition.js';
import { runEvents } from '../../src/experiment/run.js';
import { parseScenario } from '../../src/scenarios/load-scenario.js';

/** Six classes in three tasks; finetune is left with the last two. */
const scenario = (memory: string): string => `
name: three-tasks
dataset: { name: synthetic, options: { classes: 6, width: 16, trainPerClass: 60, testPerClass: 20, spread: 0.06 } }
tasks: 3
training: { iterations: 120, batchSize: 32 }
seed: 2
learners:
  - { name: finetune, options: { hidden: [32], learningRate: 0.005 } }
  - { name: rehearsal, options: { hidden: [32], learningRate: 0.005, memoryEvery: 1 } }
memory: ${memory}
`;

const small = 'latent: 6, hidden: [32], learningRate: 0.005, refitDreams: 600';
const noise = '{ name: noise, options: { jumps: 5, lambda: 0.05 } }';

/** Memories as scenarios name them. */
const memories = {
  'an autoencoder that labels by codes': `{ name: autoencoder, options: { ${small}, labels: codes } }`,
  'an auto-hetero network': `{ name: auto-hetero, options: { ${small} } }`,
  'an auto-hetero network walked upon from noise': `{ name: auto-hetero, sampler: ${noise}, options: { ${small} } }`,
  'a dual network': `{ name: dual-network, options: { ${small}, transferBatch: 64 } }`,
  'a dual network walked upon from noise': `{ name: dual-network, sampler: ${noise}, options: { ${small}, transferBatch: 64 } }`,
};

async function accuracyOf(memory: string, learnerName: string): Promise<number> {
  const composition = await compose({ engine: 'ort' });
  const parsed = parseScenario(scenario(memory), 'three-tasks.yaml', composition.catalogue);
  const learner = parsed.learners.find(({ name }) => name === learnerName);
  if (learner === undefined) throw new Error(`the scenario has no ${learnerName}`);
  const last = await lastValueFrom(runEvents(await composition.prepare(parsed, learner, parsed.seed)));
  return last.type === 'run-completed' ? (last.result.metrics['accuracyOverSamples']?.value ?? NaN) : NaN;
}

describe('rehearsal in a scenario', () => {
  it('has fine-tuning to beat, which forgets all but the last task', async () => {
    expect(await accuracyOf('autoencoder', 'finetune')).to.be.closeTo(1 / 3, 0.05);
  });

  for (const [what, memory] of Object.entries(memories)) {
    it(`remembers by ${what}`, async () => {
      expect(await accuracyOf(memory, 'rehearsal')).to.be.greaterThan(0.8);
    });
  }
});
