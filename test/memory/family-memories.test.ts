import { expect } from 'chai';
import { RandomStreams } from '../../src/core/random.js';
import { autoencoders } from '../../src/memory/autoencoders/autoencoders.js';
import { memories } from '../../src/memory/memories.js';
import { samplers } from '../../src/memory/sampling/samplers.js';
import { engineForTest } from '../engine/engines-under-test.js';
import { memoryContract } from '../../src/testing/memory-contract.js';
import { memoryContext, teach } from '../../src/testing/taught-memory.js';

const small = { latent: 6, refitDreams: 600, learningRate: 0.003 };

memoryContract('variational', engineForTest, async (engine, random) =>
  memories.variational.make({ ...small, hidden: [32], beta: 0.1 }, await memoryContext(engine, random)),
);
memoryContract('convolutional that labels by codes', engineForTest, async (engine, random) =>
  memories.convolutional.make(
    { ...small, channels: [8], labels: 'codes', codeLabeller: { hidden: [16], iterations: 150, learningRate: 0.01 } },
    await memoryContext(engine, random),
  ),
);

describe('a memory of a member of the family', () => {
  for (const name of Object.keys(autoencoders) as (keyof typeof autoencoders)[]) {
    it(`has the member's name, trains and dreams: ${name}`, async () => {
      const engine = await engineForTest();
      const before = engine.liveBuffers();
      // Two convolutions leave nothing of 4 × 4 pixels.
      const options = name === 'convolutional' ? { ...small, channels: [8] } : small;
      const memory = await memories[name].make(options, await memoryContext(engine, new RandomStreams(1)));
      await teach(memory, 1, 3);
      expect((await memory.dream(3))?.features).to.have.length(3 * 16);
      memory.dispose();
      await Promise.resolve();
      expect(engine.liveBuffers()).to.equal(before);
    });
  }

  it('is seeded by noise alone where its autoencoder is variational', async () => {
    const context = await memoryContext(await engineForTest(), new RandomStreams(1), () =>
      samplers.prior.make({}, undefined),
    );
    const memory = await memories.variational.make({ ...small, hidden: [32] }, context);
    await teach(memory, 1, 3);
    expect((await memory.dream(3))?.features).to.have.length(3 * 16);
    expect(memory.statisticsBytes?.()).to.equal(0);
    memory.dispose();
  });

  it('warns of a loss and an output that do not go together', async () => {
    const context = await memoryContext(await engineForTest(), new RandomStreams(1));
    const memory = await memories.vanilla.make({ ...small, loss: 'huber', output: 'tanh' }, context);
    expect(memory.warnings?.().map(({ code }) => code)).to.deep.equal(['loss-and-output-do-not-match']);
    memory.dispose();
  });
});
