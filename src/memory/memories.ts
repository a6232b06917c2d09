import { z } from 'zod';
import { maxWidth } from '../engine/networks/size-limit.js';
import type { Encoder } from '../core/encoder.js';
import type { RandomStreams } from '../core/random.js';
import type { Sampler } from '../core/sampler.js';
import type { Shape } from '../core/tensor.js';
import type { Engine } from '../engine/engine.js';
import type { Memory } from '../core/memory.js';
import { definePart, type NamedPart } from '../core/part.js';
import type { AutoencoderPart } from './autoencoders/autoencoder.js';
import type { MemoryNetwork } from './autoencoders/memory-network.js';
import { AutoencoderMemory, type AutoencoderMemoryParts } from './autoencoder-memory.js';
import { codeTeacherOptions, CodeTeachers, learnerAsTeacher, ownClassHead, type TeacherSource } from './teachers.js';
import { LatentFlow, latentFlowOptions } from './latent-flow.js';
import { AutoHeteroNetwork, type AutoHeteroOptions } from './autoencoders/auto-hetero-network.js';
import { autoencoders } from './autoencoders/autoencoders.js';
import { plain } from './autoencoders/dense-autoencoder.js';
import { DualNetworkMemory } from './dual-network-memory.js';

/** What a memory is made from. */
export interface MemoryContext {
  readonly engine: Engine;
  readonly random: RandomStreams;
  /** Of a sample, e.g. [28, 28], or [32, 32, 3]: height, width and channels. */
  readonly shape: Shape;
  /** Values per sample: the product of `shape`. */
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

/** The options of a memory of one autoencoder, whichever that is. */
const memoryOptions = {
  labels: z
    .enum(['teacher', 'codes'])
    .default('teacher')
    .describe('Who labels dreams: the learner of the end of the last task, or a small classifier on codes.'),
  codeLabeller: codeTeacherOptions.prefault({}).describe('The classifier on codes, where labels are from it.'),
  flow: latentFlowOptions
    .optional()
    .describe('A small memory of codes that makes them of noise, for sampler prior; {} takes its defaults.'),
  refitDreams,
  resetOptimiser: z
    .boolean()
    .default(true)
    .describe('Whether the optimiser, and with it all schedules, begins anew when a task ends.'),
};

/** A memory of a member of the family: with the options of both, as a scenario names it. */
export function memoryPart(member: AutoencoderPart): NamedPart<MemoryContext, Memory> {
  const { summary, options } = member;
  const own = z.object(memoryOptions);
  const all = options.extend(memoryOptions);
  return {
    summary,
    options: all,
    make: async (given, context) => {
      const parsed = all.parse(given);
      const ofMember = Object.fromEntries(Object.entries(parsed).filter(([name]) => name in options.shape));
      const { engine, random, shape, width, sampler } = context;
      const network = await member.make(ofMember, { engine, random: random.stream('autoencoder'), shape, width });
      const { labels, codeLabeller, flow: flowOptions, refitDreams: dreams, resetOptimiser } = own.parse(parsed);
      const teachers =
        labels === 'teacher'
          ? learnerAsTeacher
          : new CodeTeachers(engine, network, codeLabeller, random.stream('labeller'));
      const { codeWidth } = network.with(network.trainer.variables);
      const flow = flowOptions && new LatentFlow(engine, codeWidth, flowOptions, random.stream('flow'));
      return memoryOf(context, sampler, network, teachers, { refitDreams: dreams, flow, resetOptimiser });
    },
  };
}

/** @param prefix of the names of its random streams */
function memoryOf(
  { random, encoder }: MemoryContext,
  sampler: Sampler,
  autoencoder: MemoryNetwork,
  teachers: TeacherSource,
  how: Pick<AutoencoderMemoryParts, 'refitDreams' | 'flow' | 'resetOptimiser'>,
  prefix = '',
): Memory {
  const streams = { encoder: random.stream(`${prefix}encoder`), sampler: random.stream(`${prefix}sampler`) };
  return new AutoencoderMemory({ autoencoder, encoder, sampler, teachers, random: streams, ...how });
}

const autoHetero = {
  latent: z.int().min(1).max(maxWidth).default(32).describe('Values per code: the bottleneck of the trunk.'),
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
  return memoryOf(context, sampler, network, ownClassHead(network), { refitDreams }, prefix);
}
