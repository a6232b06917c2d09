import { z } from 'zod';
import type { Encoder } from '../core/encoder.js';
import type { Memory } from '../core/memory.js';
import { definePart, type NamedPart } from '../core/part.js';
import type { RandomStreams } from '../core/random.js';
import type { Sampler } from '../core/sampler.js';
import type { Engine } from '../engine/engine.js';
import { AutoHeteroNetwork, type AutoHeteroOptions } from './autoencoders/auto-hetero-network.js';
import { ConditionalAutoencoder, noiseOf } from './autoencoders/conditional-autoencoder.js';
import { Autoencoder } from './autoencoders/autoencoder.js';
import { denseAutoencoder } from './autoencoders/dense-autoencoder.js';
import type { MemoryNetwork } from './autoencoders/memory-network.js';
import { AutoencoderMemory } from './autoencoder-memory.js';
import { DualNetworkMemory } from './dual-network-memory.js';
import { CodeLabelling } from './labelling/code-labelling.js';
import { ownLabelling, teacherLabelling, type Labelling } from './labelling/labelling.js';
import { CodeFlow } from './seeding/code-flow.js';

/** What a memory is made from. */
export interface MemoryContext {
  readonly engine: Engine;
  readonly random: RandomStreams;
  /** Values per sample. */
  readonly width: number;
  readonly encoder: Encoder;
  readonly sampler: Sampler;
  /** Another sampler like it, for a memory of more than one network. */
  samplerAgain(): Promise<Sampler>;
}

const refitDreams = z
  .int()
  .min(100)
  .default(20_000)
  .describe(
    "Dreams to refit the sampler's statistics on when a task ends, shared by all old classes: a later task costs no more than an earlier one.",
  );

const autoHetero = {
  latent: z.int().min(1).default(32).describe('Values per code: the bottleneck of the trunk.'),
  hidden: z
    .array(z.int().min(1))
    .max(10)
    .default([400])
    .describe("Widths of the trunk's layers before the bottleneck; behind it they come in reverse."),
  dropout: z.number().min(0).max(0.9).default(0).describe('Rate at which hidden units are dropped in training.'),
  classWeight: z
    .number()
    .positive()
    .default(0.1)
    .describe("Weight of the class head's mean binary cross-entropy beside the mean one of the reconstruction."),
  learningRate: z.number().positive().default(0.001),
  refitDreams,
};

/** The memories that a scenario can name. */
export const memories = {
  autoencoder: definePart({
    summary: 'A lossy autoencoder that is walked upon to dream what it learnt.',
    options: z.strictObject({
      latent: z.int().min(1).default(32).describe('Values per code: the bottleneck.'),
      hidden: z.array(z.int().min(1)).max(10).default([400]).describe("Widths of the encoder's hidden layers."),
      activation: z.enum(['relu', 'tanh']).default('relu').describe('Of the hidden layers.'),
      codeActivation: z
        .enum(['linear', 'relu', 'tanh'])
        .default('linear')
        .describe('Of the code; the autoencoders of Solinas et al. 2020 have that of their hidden layers here too.'),
      denoising: z
        .strictObject({
          gaussian: z.number().min(0).max(100).default(0).describe('σ of the noise before the first activation.'),
          saltAndPepper: z
            .number()
            .min(0)
            .max(1)
            .default(0)
            .describe('Probability of a value to be replaced by one drawn from [0, 1).'),
        })
        .prefault({})
        .describe('Noise on what the autoencoder is shown while it trains; 0 is none.'),
      learningRate: z.number().positive().default(0.001),
      labels: z
        .enum(['teacher', 'codes'])
        .default('teacher')
        .describe('Who labels dreams: the learner of the end of the last task, or a small classifier on codes.'),
      codeLabeller: z
        .strictObject({
          hidden: z.array(z.int().min(1)).max(10).default([100]).describe('Widths of its hidden layers.'),
          iterations: z.int().min(1).default(1000).describe('Optimiser steps when a task ends.'),
          batchSize: z.int().min(1).max(65_536).default(128),
          learningRate: z.number().positive().default(0.001),
        })
        .prefault({})
        .describe('The classifier on codes, where labels are from it.'),
      flow: z
        .strictObject({
          hidden: z.array(z.int().min(1)).max(10).default([256, 256]).describe('Widths of its hidden layers.'),
          iterations: z.int().min(1).default(2000).describe('Optimiser steps when a task ends.'),
          batchSize: z.int().min(1).max(65_536).default(256),
          learningRate: z.number().positive().default(0.002).describe('At first; it falls to 0 along half a cosine.'),
          jumps: z.int().min(1).max(1000).default(16).describe('Steps in which noise is carried to a code.'),
        })
        .optional()
        .describe('A small memory of codes that makes them of noise, for sampler prior; {} takes its defaults.'),
      refitDreams,
    }),
    create: ({ refitDreams: dreams, labels, codeLabeller, flow, ...options }, context: MemoryContext): Memory => {
      const { engine, random, width } = context;
      const network = new Autoencoder(engine, denseAutoencoder({ width, ...options }), random.stream('autoencoder'));
      const labelling =
        labels === 'teacher'
          ? teacherLabelling
          : new CodeLabelling(engine, network, codeLabeller, random.stream('labeller'));
      const codes = flow && new CodeFlow(engine, options.latent, flow, random.stream('flow'));
      return memoryOf(context, context.sampler, network, labelling, dreams, '', codes);
    },
  }),
  conditional: definePart({
    summary: 'An autoencoder that is told the class and whose codes are held to noise: for dreams without statistics.',
    options: z.strictObject({
      latent: z.int().min(1).default(16).describe('Values per code, the class aside: the bottleneck.'),
      hidden: z.array(z.int().min(1)).max(10).default([400]).describe("Widths of the encoder's hidden layers."),
      noiseWeight: z
        .number()
        .min(0)
        .default(300)
        .describe("Weight of the codes' distance from N(0, I), class by class, beside nats of reconstruction."),
      noiseOf: z
        .enum(noiseOf)
        .default('class')
        .describe('Whose codes are held to N(0, I): those of each class, or all together, for comparison.'),
      codeNoise: z.number().min(0).max(1).default(0).describe('σ of the noise on codes while it trains.'),
      learningRate: z.number().positive().default(0.001),
      refitDreams,
    }),
    create: ({ refitDreams: dreams, ...options }, context: MemoryContext): Memory => {
      const network = new ConditionalAutoencoder(
        context.engine,
        { width: context.width, ...options },
        context.random.stream('autoencoder'),
      );
      return memoryOf(context, context.sampler, network, teacherLabelling, dreams);
    },
  }),
  'auto-hetero': definePart({
    summary: 'One network that gives back a sample and names its class: walked upon, it labels its own dreams.',
    options: z.strictObject(autoHetero),
    create: (options, context: MemoryContext): Memory => autoHeteroMemory(context, context.sampler, options),
  }),
  'dual-network': definePart({
    summary: 'Two auto-hetero networks: one learns, the other keeps what the first one tells it in dreams.',
    options: z.strictObject({
      ...autoHetero,
      refitDreams: refitDreams.default(10_000),
      transferSteps: z
        .int()
        .min(1)
        .optional()
        .describe('Steps of the second network when a task ends; as many as the first took for it where not given.'),
      transferBatch: z.int().min(1).max(65_536).default(128).describe('Dreams of the first network in each of them.'),
    }),
    create: async ({ transferSteps, transferBatch, ...options }, context: MemoryContext): Promise<Memory> =>
      new DualNetworkMemory(
        {
          net1: autoHeteroMemory(context, await context.samplerAgain(), options, 'net1/'),
          net2: autoHeteroMemory(context, context.sampler, options, 'net2/'),
        },
        { transferSteps, transferBatch, refitDreams: options.refitDreams },
      ),
  }),
} as const satisfies Record<string, NamedPart<MemoryContext, Memory>>;

/** @param prefix of the names of its random streams */
function memoryOf(
  { random, encoder }: MemoryContext,
  sampler: Sampler,
  autoencoder: MemoryNetwork,
  labelling: Labelling,
  refitDreams: number,
  prefix = '',
  flow?: CodeFlow,
): Memory {
  const streams = { encoder: random.stream(`${prefix}encoder`), sampler: random.stream(`${prefix}sampler`) };
  return new AutoencoderMemory({ autoencoder, encoder, sampler, labelling, refitDreams, random: streams, flow });
}

function autoHeteroMemory(
  context: MemoryContext,
  sampler: Sampler,
  { refitDreams, ...options }: Omit<AutoHeteroOptions, 'width' | 'activation'> & { readonly refitDreams: number },
  prefix = '',
): Memory {
  const { engine, random, width } = context;
  const network = new AutoHeteroNetwork(
    engine,
    { width, activation: 'relu', ...options },
    random.stream(`${prefix}autoencoder`),
  );
  return memoryOf(context, sampler, network, ownLabelling(network), refitDreams, prefix);
}
