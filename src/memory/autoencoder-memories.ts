import { z } from 'zod';
import type { Memory } from '../core/memory.js';
import type { NamedPart } from '../core/part.js';
import type { Sampler } from '../core/sampler.js';
import type { AutoencoderPart } from './autoencoders/autoencoder-part.js';
import type { MemoryNetwork } from './autoencoders/memory-network.js';
import { AutoencoderMemory } from './autoencoder-memory.js';
import { CodeTeachers } from './teachers/code-teachers.js';
import { learnerAsTeacher, type TeacherSource } from './teachers/teacher-source.js';
import type { MemoryContext } from './memory-context.js';
import { renamedOption } from './renamed-option.js';
import { LatentFlow } from './latent-prior/latent-flow.js';

export const refitDreams = z
  .int()
  .min(100)
  .default(20_000)
  .describe(
    "Dreams to refit the sampler's statistics on when a task ends, shared by all old classes: a later task costs no more than an earlier one.",
  );

/** The options of a memory of one autoencoder, whichever that is. */
export const memoryOptions = {
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
      steps: z.int().min(1).max(1000).default(16).describe('Steps of Euler in which noise is carried to a code.'),
      jumps: renamedOption('"steps"'),
    })
    .optional()
    .describe('A small memory of codes that makes them of noise, for sampler prior; {} takes its defaults.'),
  refitDreams,
};

export type MemoryOptions = z.output<z.ZodObject<typeof memoryOptions>>;

/** A memory of this autoencoder. */
function memoryWith(context: MemoryContext, network: MemoryNetwork, options: MemoryOptions): Memory {
  const { engine, random, sampler } = context;
  const { labels, codeLabeller, flow, refitDreams: dreams } = options;
  const labelling =
    labels === 'teacher'
      ? learnerAsTeacher
      : new CodeTeachers(engine, network, codeLabeller, random.stream('labeller'));
  const { codeWidth } = network.with(network.trainer.variables);
  const codes = flow && new LatentFlow(engine, codeWidth, flow, random.stream('flow'));
  return memoryOf(context, sampler, network, labelling, dreams, '', codes);
}

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
      const { engine, random, shape, width } = context;
      const network = await member.make(ofMember, { engine, random: random.stream('autoencoder'), shape, width });
      return memoryWith(context, network, own.parse(parsed));
    },
  };
}

/** @param prefix of the names of its random streams */
export function memoryOf(
  { random, encoder }: MemoryContext,
  sampler: Sampler,
  autoencoder: MemoryNetwork,
  teachers: TeacherSource,
  refitDreams: number,
  prefix = '',
  flow?: LatentFlow,
): Memory {
  const streams = { encoder: random.stream(`${prefix}encoder`), sampler: random.stream(`${prefix}sampler`) };
  return new AutoencoderMemory({ autoencoder, encoder, sampler, teachers, refitDreams, random: streams, flow });
}
