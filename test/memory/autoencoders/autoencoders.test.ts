import { expect } from 'chai';
import type { Engine } from '../../../src/engine/engine.js';
import { autoencoders } from '../../../src/memory/autoencoders/autoencoders.js';
import { engineForTest, testedEngines } from '../../engine/engines-under-test.js';
import { autoencoderContract, form } from '../../../src/testing/autoencoder-contract.js';
import { gradientError } from './gradient-check.js';

type Name = keyof typeof autoencoders;

const small = { latent: 4, learningRate: 0.02, activation: 'tanh' };
const everything = {
  batchNorm: true,
  dropout: 0.1,
  kernelPenalty: { l1: 0.0005, l2: 0.001 },
  initialisation: 'xavier',
};

/** Every member, and what is special about it in turn. */
const variants: Readonly<Record<string, readonly [Name, Readonly<Record<string, unknown>>]>> = {
  vanilla: ['vanilla', { ...small, hidden: [12] }],
  'vanilla without hidden layers': ['vanilla', { ...small, hidden: [] }],
  'vanilla with all the craft': ['vanilla', { ...small, hidden: [12], ...everything, codeActivation: 'tanh' }],
  'vanilla by mse': ['vanilla', { ...small, hidden: [12], loss: 'mse' }],
  'vanilla by mse through a sigmoid': ['vanilla', { ...small, hidden: [12], loss: 'mse', output: 'sigmoid' }],
  'vanilla by huber': ['vanilla', { ...small, hidden: [12], loss: 'huber' }],
  deep: ['deep', { ...small, hidden: [12, 8] }],
  'sparse by KL': ['sparse', { ...small, hidden: [12], rho: 0.3, sparsity: 0.1 }],
  'sparse by L1': ['sparse', { ...small, hidden: [12], penalty: 'l1', codeActivation: 'sigmoid', sparsity: 0.05 }],
  'denoising of all input noises': [
    'denoising',
    { ...small, hidden: [12], noise: { gaussian: 0.1, masking: 0.1, saltAndPepper: 0.05 } },
  ],
  'denoising before the activation': ['denoising', { ...small, hidden: [12], noise: { preActivation: 0.2 } }],
  contractive: ['contractive', { ...small, contraction: 0.05 }],
  'contractive and deep': [
    'contractive',
    { ...small, hidden: [12, 8], activation: 'sigmoid', codeActivation: 'tanh', contraction: 0.05 },
  ],
  tied: ['tied', { ...small, hidden: [12] }],
  'tied with all the craft': ['tied', { ...small, hidden: [12, 8], ...everything }],
  variational: ['variational', { ...small, hidden: [12], beta: 0.05 }],
  'variational, annealed, with free bits': [
    'variational',
    { ...small, hidden: [12], beta: { schedule: 'cyclical', to: 0.1, every: 20 }, freeBits: 0.1, ...everything },
  ],
  'beta-variational': ['beta-variational', { ...small, hidden: [12], beta: 0.1 }],
  convolutional: ['convolutional', { ...small, channels: [6] }],
  'convolutional, twice': ['convolutional', { ...small, channels: [6, 8], kernel: 2 }],
  'convolutional with all the craft': ['convolutional', { ...small, channels: [4], ...everything }],
  conditional: ['conditional', { ...small, hidden: [12], mmdWeight: 3, codeNoise: 0.1 }],
  'conditional with all the craft': [
    'conditional',
    { ...small, hidden: [12], mmdWeight: 3, conditioning: 'decoder', ...everything },
  ],
};

const others = testedEngines.slice(1).map((name) => () => engineForTest(name));

for (const [what, [name, options]] of Object.entries(variants)) {
  autoencoderContract(
    what,
    engineForTest,
    (engine, random) => autoencoders[name].make(options, { engine, random, ...form }),
    others,
  );
}

for (const engineName of testedEngines) {
  describe(`the whole objective of an autoencoder has the gradient of finite differences on ${engineName}`, () => {
    let engine: Engine;
    before(async () => {
      engine = await engineForTest(engineName);
    });
    for (const [what, [name, options]] of Object.entries(variants)) {
      it(what, async () => {
        expect(await gradientError(engine, autoencoders[name].describe(options, form))).to.be.below(2e-3);
      });
    }
  });
}

it('every member of the family is held to the contract', () => {
  expect(Object.keys(autoencoders)).to.have.members([...new Set(Object.values(variants).map(([name]) => name))]);
});
