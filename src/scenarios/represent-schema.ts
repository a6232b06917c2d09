import * as z from 'zod';
import type { Json } from '../core/snapshot.js';
import { toJson } from '../core/canonical-json.js';
import type { Catalogue } from './catalogue.js';
import { headings, partSchema, probabilitySchema, type ParsedPart, type SchemaForm } from './scenario-schema.js';

/** The domains that codes can be measured in. */
const inverted = z.strictObject({ name: z.literal('inverted') }).describe('Every value x becomes 1 − x');
const rotated = z
  .strictObject({ name: z.literal('rotated'), degrees: z.number().min(-180).max(180).default(45) })
  .describe('Pictures are turned counter-clockwise about their middle');

function domainSchema(form: SchemaForm): z.ZodType<ParsedDomain> {
  if (form === 'long') return z.discriminatedUnion('name', [inverted, rotated]);
  const short: z.ZodType = z.union([z.enum(['inverted', 'rotated']), inverted, rotated]);
  // Bare names are written out before anything is parsed: the short form is for editors only.
  return short as z.ZodType<ParsedDomain>;
}

export type ParsedDomain = z.infer<typeof inverted> | z.infer<typeof rotated>;

const wholeClass = z.int().min(0).max(65_535);
const count = z.int().min(1);
const label = z.string().min(1).max(60).optional().describe('Tells it from others of the same name');

export interface ParsedLabelled extends ParsedPart {
  readonly label?: string;
}

export interface ParsedEncoder extends ParsedLabelled {
  readonly groups?: string;
}

export interface ParsedProbe extends ParsedLabelled {
  readonly targets: 'all' | 'classes';
}

/** The schema of a file for `reverie represent`; names, options, ranges and defaults come from the catalogue. */
export function representSchema(catalogue: Catalogue, form: SchemaForm) {
  const probability = probabilitySchema(catalogue.encoders);
  const autoencoder: z.ZodType<ParsedLabelled> = partSchema(catalogue.autoencoders, form, { label });
  const encoder: z.ZodType<ParsedEncoder> = partSchema(catalogue.encoders, form, {
    label,
    p: (form === 'long' ? z.never() : z.union([probability, z.array(probability).min(1)]))
      .optional()
      .describe('Short for the option p; of a list, each makes an encoder of its own'),
    groups: z.string().optional().describe('Name of the groups that it takes for classes'),
  });
  const probe: z.ZodType<ParsedProbe> = partSchema(catalogue.probes, form, {
    label,
    targets: z
      .enum(['all', 'classes'])
      .default('all')
      .describe('What it predicts: all, or the classes alone, without groups and domains, where it takes long'),
  });
  return z.strictObject({
    ...headings,
    dataset: partSchema<ParsedPart>(catalogue.datasets, form, {}).describe('Data set'),
    samples: z
      .strictObject({
        train: count.max(1e7).default(10_000).describe('Training samples, drawn anew for each seed; all if fewer'),
        probe: count.max(1e7).optional().describe('Training samples that probes are fitted to; all if not given'),
        test: count.max(1e7).default(2_000).describe('Test samples, drawn anew for each seed; all if fewer'),
      })
      .prefault({}),
    groups: z
      .record(z.string().regex(/^[A-Za-z0-9][A-Za-z0-9 ._-]*$/), z.array(z.array(wholeClass).min(1)).min(2))
      .default({})
      .describe('Classes that are taken for one, each class in one group; probes predict the group as well'),
    autoencoders: z.array(autoencoder).min(1).describe('Autoencoders to compare'),
    encoders: z.array(encoder).min(1).describe('Target policies to compare; with the first identity among them'),
    probes: z.array(probe).min(1).describe('Classifiers that are put on the codes'),
    domains: z
      .array(domainSchema(form))
      .default([])
      .describe('What else the codes are measured on: samples as they look in another domain'),
    training: z
      .strictObject({
        epochs: count.max(1e6).describe('Passes over the training samples'),
        batchSize: count.max(65_536).default(32).describe('Samples in an optimiser step'),
        validation: z
          .strictObject({
            fraction: z.number().gt(0).lt(1).describe('Share of the training samples that is held out'),
            patience: count.describe('Epochs without a better loss after which training ends'),
          })
          .optional()
          .describe('Ends training early, and keeps the best parameters'),
      })
      .describe('How an autoencoder is trained'),
    seeds: z.array(z.int().min(0)).min(1).max(100).default([1, 2, 3, 4, 5]).describe('Seeds that are averaged over'),
  });
}

/** JSON Schema, draft 2020-12, of a file for `reverie represent`, so that editors complete and check as one types. */
export function representJsonSchema(catalogue: Catalogue): Json | undefined {
  const schema = z.toJSONSchema(representSchema(catalogue, 'short'), {
    ...{ io: 'input', unrepresentable: 'any' },
    reused: 'ref',
  });
  return toJson({ title: 'Encoder study of reverie', ...schema });
}
