import * as z from 'zod';
import type { Json } from '../core/snapshot.js';
import type { PartDescription, Parts } from '../core/part.js';
import { toJson } from '../core/canonical-json.js';
import type { Catalogue } from './catalogue.js';
import { streamKeys } from './scenario.js';

/** `short` is what people may write, for editors; `long` has bare names written out and gives better messages. */
export type SchemaForm = 'short' | 'long';

const count = z.int().min(1);

const learnerLabel = z
  .string()
  .trim()
  .min(1)
  .max(60)
  .optional()
  .describe('What it is called, to distinguish it from others of its name');

/** What any file says of itself. */
export const headings = {
  name: z
    .string()
    .max(100)
    .regex(/^[A-Za-z0-9][A-Za-z0-9._-]*$/, 'expected letters, digits, ".", "_" and "-" only: results are kept under it')
    .describe('Name of the scenario; results are kept under it'),
  description: z.string().max(1000).default('').describe('One sentence'),
};

/**
 * The schema of a scenario file. Names, options, their ranges and defaults come from the catalogue: a part that is
 * registered, by a plug-in as well, is known here.
 */
export function scenarioSchema(catalogue: Catalogue, form: SchemaForm) {
  const named = (parts: Parts, otherwise?: string): z.ZodType<ParsedPart> => partSchema(parts, form, {}, otherwise);
  const probability = form === 'long' ? z.never() : probabilitySchema(catalogue.encoders);
  const memory = partSchema<ParsedMemory>(
    catalogue.memories,
    form,
    {
      encoder: named(catalogue.encoders, catalogue.defaults.encoder)
        .prefault({ name: catalogue.defaults.encoder })
        .describe('Which target the memory learns to reconstruct'),
      p: probability.optional().describe('Short for the option p of the encoder: a probability, or a schedule of it'),
      sampler: named(catalogue.samplers, catalogue.defaults.sampler)
        .prefault({ name: catalogue.defaults.sampler })
        .describe('How dreams are drawn from the memory'),
    },
    catalogue.defaults.memory,
  );
  const stream = named(catalogue.streams).describe('In which experiences the data come');
  return z.strictObject({
    ...headings,
    dataset: named(catalogue.datasets).describe('Data set'),
    // Whoever checks the long form has written the stream out before; see `expandShorthand`.
    stream: form === 'long' ? stream : (stream.optional() as unknown as typeof stream),
    ...streamShorthand(catalogue, form),
    training: z
      .strictObject({
        iterations: count.max(1e9).optional().describe('Optimiser steps for each task; either this or epochs'),
        epochs: count.max(1e6).optional().describe('Passes over the data of each task; either this or iterations'),
        batchSize: count.max(65_536).default(128).describe('New samples in an optimiser step'),
      })
      .describe('How long to train on each task'),
    checkpoint: z
      .strictObject({
        every: z
          .string()
          .regex(
            /^(experience|[1-9]\d{0,8} iterations?|[1-9]\d{0,4} minutes?)$/,
            'expected "experience", a number of iterations such as "500 iterations", or of minutes such as "10 minutes"',
          )
          .default('experience')
          .describe(
            'When a checkpoint is left: at the end of each task, and within tasks every so many iterations or minutes',
          ),
        keep: z
          .enum(['two', 'all'])
          .default('two')
          .describe('Which checkpoints stay: the last two, or those of the ends of all tasks as well (for --from)'),
      })
      .optional(),
    evaluation: z
      .strictObject({
        every: z.int().min(0).default(0).describe('Iterations from one evaluation within a task to the next; 0: none'),
        on: z
          .enum(['test', 'validation'])
          .default('test')
          .describe(
            'What is measured on: test samples, or training samples that are held back, drawn by the seed, for choosing options',
          ),
        share: z
          .number()
          .gt(0)
          .lt(1)
          .default(0.1)
          .describe('Of the training samples of each class, held back for validation'),
        future: z
          .boolean()
          .default(false)
          .describe(
            'Whether the sets of tasks still to come are measured too after each task, for forward transfer: up to twice the measuring',
          ),
        compareBy: z
          .enum(['samples', 'tasks'])
          .default('samples')
          .describe(
            'By which accuracy learners are compared: the share of all test samples, or the mean over tasks (ACC); the same where tasks are of one size',
          ),
      })
      .prefault({}),
    seed: z.int().min(0).default(1).describe('Seed of all that is random in a run'),
    recipe: z
      .enum(Object.keys(catalogue.recipes))
      .optional()
      .describe('Options of a publication, for all learners that do not give them themselves'),
    learners: z
      .array(partSchema<ParsedLearner>(catalogue.learners, form, { label: learnerLabel }))
      .min(1)
      .describe('Learners to compare'),
    observers: z
      .array(named(catalogue.observers))
      .max(100)
      .default([])
      .describe('What watches each run, in addition to its result and its log; it decides nothing of the outcome'),
    memory: memory.prefault({ name: catalogue.defaults.memory }).describe('Memory of the learners that have one'),
  });
}

/** What a memory, or an encoder next to its options, may be given as `p`: whatever one of the encoders takes as its option p. */
export function probabilitySchema(encoders: Parts): z.ZodType {
  const schemas = new Set(
    Object.values(encoders).flatMap(({ options }) => {
      const shape: Readonly<Record<string, unknown>> = options instanceof z.ZodObject ? options.shape : {};
      const p = shape['p'];
      const inner: unknown = p instanceof z.ZodDefault || p instanceof z.ZodOptional ? p.unwrap() : p;
      return inner instanceof z.ZodType ? [inner] : [];
    }),
  );
  return schemas.size < 2 ? ([...schemas][0] ?? z.never()) : z.union([...schemas]);
}

/** The options of the default stream that may stand at the top of a file; in the long form they are known as keys alone. */
function streamShorthand({ streams, defaults }: Catalogue, form: SchemaForm): Readonly<Record<string, z.ZodType>> {
  const options = streams[defaults.stream]?.options;
  const shape: Readonly<Record<string, z.ZodType | undefined>> = options instanceof z.ZodObject ? options.shape : {};
  return Object.fromEntries(
    streamKeys.map((key) => [key, (form === 'long' ? z.never() : (shape[key] ?? z.never())).optional()]),
  );
}

/**
 * JSON Schema, draft 2020-12, of a scenario file, so that editors complete and check as one types. It knows all that
 * `validate` knows but for what no single value can be blamed for, e.g. a class in two groups.
 */
export function scenarioJsonSchema(catalogue: Catalogue): { readonly [key: string]: Json } {
  const schema = z.toJSONSchema(scenarioSchema(catalogue, 'short'), {
    ...{ io: 'input', unrepresentable: 'any' },
    // Each of a dozen memories takes every encoder and sampler: written out in full the file is four times as long.
    reused: 'ref',
  });
  const oneOfBoth = { oneOf: [{ required: ['stream'] }, { required: [streamKeys[0]] }] };
  const json = toJson({ title: 'Scenario of reverie', ...schema, ...oneOfBoth });
  return typeof json === 'object' && json !== null && !Array.isArray(json) ? (json as { [key: string]: Json }) : {};
}

export interface ParsedPart {
  readonly name: string;
  readonly options: unknown;
}

export interface ParsedLearner extends ParsedPart {
  readonly label?: string;
}

export interface ParsedMemory extends ParsedPart {
  readonly encoder: ParsedPart;
  readonly sampler: ParsedPart;
}

/** One strict object for each part, distinguished by its name; in the short form the bare name will do as well. */
export function partSchema<Parsed extends ParsedPart>(
  parts: Parts,
  form: SchemaForm,
  more: Readonly<Record<string, z.ZodType>>,
  otherwise?: string,
): z.ZodType<Parsed> {
  const entries = Object.entries(parts);
  const objects = entries.map(([name, part]) => {
    const literal = z.literal(name);
    const nameSchema = form === 'short' && name === otherwise ? literal.optional() : literal;
    return z.strictObject({ name: nameSchema, options: optionsOf(part), ...more }).describe(part.summary);
  });
  const names = entries.map(([name]) => name);
  const schema =
    form === 'short'
      ? z.union([z.enum(names), ...objects])
      : z.discriminatedUnion('name', objects as [(typeof objects)[number]]);
  // The parts are known by name at run time only, so that the compiler cannot follow what each of them gives.
  return schema as unknown as z.ZodType<Parsed>;
}

function optionsOf(part: PartDescription): z.ZodType {
  return part.options.prefault({});
}
