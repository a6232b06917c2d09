import { z } from 'zod';
import type { Memory } from '../core/memory.js';
import { definePart, type NamedPart } from '../core/part.js';
import type { Sampler } from '../core/sampler.js';
import { AutoHeteroNetwork, type AutoHeteroOptions } from './autoencoders/auto-hetero-network.js';
import { autoencoders } from './autoencoders/autoencoders.js';
import { plain } from './autoencoders/dense-autoencoder.js';
import { memoryOf, memoryPart, refitDreams } from './autoencoder-memories.js';
import { DualNetworkMemory } from './dual-network-memory.js';
import { ownClassHead } from './teachers/teacher-source.js';
import type { MemoryContext } from './memory-context.js';

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
    .describe("Weight of the class head's mean binary cross-entropy next to the mean one of the reconstruction."),
  learningRate: z.number().positive().default(0.001),
  refitDreams,
};

/** A memory of each member of the family, by its name. */
const familyMemories = Object.fromEntries(
  Object.entries(autoencoders).map(([name, member]) => [name, memoryPart(member)]),
) as Readonly<Record<keyof typeof autoencoders, NamedPart<MemoryContext, Memory>>>;

/** The memories that a scenario can name. */
export const memories = {
  autoencoder: memoryPart(plain),
  ...familyMemories,
  'auto-hetero': definePart({
    summary: 'One network that gives back a sample and names its class: walked upon, it labels its own dreams.',
    options: z.strictObject(autoHetero),
    create: (options, context: MemoryContext): Memory => autoHeteroMemory(context, context.sampler, options),
  }),
  'dual-network': definePart({
    summary: 'Two auto-hetero networks: one learns, the other keeps what it learns from dreams of the first.',
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
  return memoryOf(context, sampler, network, ownClassHead(network), refitDreams, prefix);
}
