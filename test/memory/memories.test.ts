import { expect } from 'chai';
import type { ZodType } from 'zod';
import { RandomStreams } from '../../src/core/random.js';
import type { Sampler } from '../../src/core/sampler.js';
import { icrstEncoder } from '../../src/memory/encoders.js';
import { memories } from '../../src/memory/memories.js';
import { samplers } from '../../src/memory/sampling/samplers.js';
import { engineForTest } from '../engine/engines-under-test.js';
import { memoryContract } from '../../src/testing/memory-contract.js';
import { memoryContext, teach } from '../../src/testing/taught-memory.js';
import { autoencoders } from '../../src/memory/autoencoders/autoencoders.js';

const autoencoder = { latent: 6, hidden: [32], refitDreams: 600, learningRate: 0.003 };
const autoHetero = { ...autoencoder, dropout: 0 };

const conditional = { latent: 6, hidden: [32], refitDreams: 600, learningRate: 0.003 };

/** Every memory, and the options that make it small. */
const variants = {
  conditional: ['conditional', conditional],
  autoencoder: ['autoencoder', autoencoder],
  'autoencoder that labels by codes': [
    'autoencoder',
    { ...autoencoder, labels: 'codes', codeLabeller: { hidden: [16], iterations: 150, learningRate: 0.01 } },
  ],
  'autoencoder that makes codes of noise': [
    'autoencoder',
    { ...autoencoder, flow: { hidden: [32], iterations: 300, batchSize: 64, steps: 8 } },
  ],
  'auto-hetero': ['auto-hetero', autoHetero],
  'dual-network': ['dual-network', { ...autoHetero, transferBatch: 32 }],
} as const satisfies Record<string, readonly [keyof typeof memories, Readonly<Record<string, unknown>>]>;

/** Codes of noise, where the memory makes them; else Gaussians. */
const samplerFor = (name: keyof typeof variants): (() => Sampler | Promise<Sampler>) | undefined =>
  name === 'autoencoder that makes codes of noise' ? () => samplers.prior.make({}, undefined) : undefined;

for (const name of Object.keys(variants) as (keyof typeof variants)[]) {
  const [memory, options] = variants[name];
  memoryContract(name, engineForTest, async (engine, random) =>
    memories[memory].make(options, await memoryContext(engine, random, samplerFor(name))),
  );
}

/** The sampler with the most to save: walks on their way and an inferred noise scale. */
const chains = { lambda: { infer: { min: 0.03, max: 0.3, dreams: 60 } }, chains: 64, stagnation: 0.01, quota: {} };
memoryContract(
  'autoencoder whose walks go on from draw to draw',
  engineForTest,
  async (engine, random) =>
    memories.autoencoder.make(
      autoencoder,
      await memoryContext(engine, random, () => samplers.noise.make(chains, undefined)),
    ),
  { dreamsWell: false },
);

memoryContract('autoencoder with targets of the class', engineForTest, async (engine, random) =>
  memories.autoencoder.make(autoencoder, {
    ...(await memoryContext(engine, random)),
    encoder: icrstEncoder({ from: 0.5, to: 0, over: 100, kind: 'linear' }),
  }),
);

it('every memory may be saved within a task', async () => {
  const engine = await engineForTest();
  for (const [part, options] of Object.values(variants)) {
    const memory = await memories[part].make(options, await memoryContext(engine, new RandomStreams(1)));
    expect(memory.savesWithinTask, part).to.equal(true);
    memory.dispose();
  }
});

describe('what a memory keeps for dreaming', () => {
  // 16→32→6→32→16: (16·32 + 32) + (32·6 + 6) + (6·32 + 32) + (32·16 + 16) values
  const autoencoderValues = 1494;
  // Two classes with one Gaussian each: mean 6, factor 21
  const statistics = 2 * 27;
  const heads = 32 * 2 + 2;

  const kept = {
    // Encoder (16 + 32)→32→6, decoder (6 + 32)→32→16, class predictor 16→32→32, and Gaussians on codes of 38 values
    conditional:
      (48 * 32 + 32 + (32 * 6 + 6) + (38 * 32 + 32) + (32 * 16 + 16) + 16 * 32 + 32 + (32 * 32 + 32)) * 4 +
      2 * (38 + (38 * 39) / 2) * 4 +
      1000,
    // The teacher of these tests says that it has 1000 bytes.
    autoencoder: (autoencoderValues + statistics) * 4 + 1000,
    // 6→16→2 instead of it
    'autoencoder that labels by codes': (autoencoderValues + statistics + (6 * 16 + 16) + (16 * 2 + 2)) * 4,
    // (6 + 9 + 32)→32→6, and location and scale
    'autoencoder that makes codes of noise': (autoencoderValues + (47 * 32 + 32) + (32 * 6 + 6) + 12) * 4 + 1000,
    'auto-hetero': (autoencoderValues + heads + statistics) * 4,
    'dual-network': 2 * (autoencoderValues + heads + statistics) * 4,
  } as const satisfies Record<keyof typeof variants, number>;

  for (const [name, bytes] of Object.entries(kept)) {
    it(`${name}: ${bytes} bytes`, async () => {
      const [part, options] = variants[name as keyof typeof variants];
      const memory = await memories[part].make(
        options,
        await memoryContext(await engineForTest(), new RandomStreams(1), samplerFor(name as keyof typeof variants)),
      );
      // Enough for NET1 of the dual network to dream of both classes: NET2 keeps statistics of what it hears of.
      await teach(memory, 1, 60);
      expect(memory.bytes()).to.equal(bytes);
      const networks = name === 'dual-network' ? 2 : 1;
      const others: Partial<Record<string, number>> = {
        conditional: 2 * (38 + (38 * 39) / 2),
        'autoencoder that makes codes of noise': 0,
      };
      expect(memory.statisticsBytes?.()).to.equal(networks * 4 * (others[name] ?? statistics));
      memory.dispose();
    });
  }
});

describe('a memory that labels its own dreams', () => {
  for (const name of ['autoencoder that labels by codes', 'auto-hetero', 'dual-network'] as const) {
    it(`asks no teacher: ${name}`, async () => {
      const [part, options] = variants[name];
      const memory = await memories[part].make(
        options,
        await memoryContext(await engineForTest(), new RandomStreams(1)),
      );
      for (const task of [1, 2]) {
        const teacher = await teach(memory, task, 5, () => Promise.reject(new Error('the teacher was asked')));
        expect(teacher.disposed).to.equal(true);
        expect((await memory.dream(3))?.logits).to.have.length(3 * 2 * task);
      }
      memory.dispose();
    });
  }
});

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

describe('options of memories under the names that they had once', () => {
  const cases: readonly [keyof typeof memories, Readonly<Record<string, unknown>>, string, string][] = [
    ['conditional', { noiseWeight: 30 }, 'noiseWeight', '"mmdWeight"'],
    ['conditional', { noiseOf: 'all' }, 'noiseOf', '"mmdScope"'],
    ['conditional', { told: 'decoder' }, 'told', '"conditioning"'],
    ['vanilla', { weightDecay: { l2: 0.1 } }, 'weightDecay', '"kernelPenalty"'],
    ['autoencoder', { flow: { jumps: 8 } }, 'flow.jumps', '"steps"'],
    ['autoencoder', { denoising: { gaussian: 0.5 } }, 'denoising', '"noise", with "preActivation" for its gaussian'],
  ];
  for (const [name, options, path, now] of cases) {
    it(`are refused with the new one: ${path} of ${name}`, () => {
      const schema: ZodType = memories[name].options;
      const issues = schema.safeParse(options).error?.issues ?? [];
      expect(issues.map((issue) => issue.path.join('.'))).to.deep.equal([path]);
      expect(issues[0]?.message).to.include(`called ${now}`);
      // And nothing of it is there where nobody gives it.
      expect(Object.keys(schema.parse({}) as object)).not.to.include(path);
    });
  }
});
