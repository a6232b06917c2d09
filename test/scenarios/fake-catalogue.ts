import * as z from 'zod';
import type { PartDescription } from '../../src/core/part.js';
import { dataSets } from '../../src/data/data-sets.js';
import { encoders } from '../../src/memory/encoders.js';
import { PartRegistry } from '../../src/di/part-registry.js';
import type { Catalogue } from '../../src/scenarios/catalogue.js';
import { observers } from '../../src/observers/observers.js';
import { streams } from '../../src/streams/streams.js';

const plain: PartDescription = { summary: 'Has no options.', options: z.strictObject({}) };
/** A catalogue as the composition root makes it, with parts that mostly have options only. */
export const fakeCatalogue: Catalogue = {
  datasets: dataSets,
  observers,
  streams,
  learners: {
    finetune: plain,
    rehearsal: {
      summary: 'Has options of all kinds.',
      options: z.strictObject({
        hidden: z.array(z.int().min(1)).default([400, 400]),
        rate: z.number().gt(0).max(1).default(0.001),
        loss: z.enum(['hard', 'soft']).default('soft'),
      }),
    },
    joint: plain,
    demanding: { summary: 'Has an option without a default.', options: z.strictObject({ size: z.int() }) },
  },
  memories: {
    autoencoder: {
      summary: 'Has one option.',
      options: z.strictObject({ latent: z.int().min(1).max(1024).default(32) }),
    },
  },
  encoders,
  samplers: {
    walk: { summary: 'Has one option.', options: z.strictObject({ jumps: z.int().min(1).default(8) }) },
    latent: plain,
  },
  autoencoders: {
    vanilla: {
      summary: 'Has one option.',
      options: z.strictObject({ latent: z.int().min(1).default(32) }),
    },
    deep: plain,
  },
  probes: {
    linear: plain,
    knn: { summary: 'Has one option.', options: z.strictObject({ k: z.int().min(1).default(5) }) },
  },
  recipes: {
    gentle: {
      summary: 'Has options for all and for one.',
      options: { rate: 0.01, hidden: [10], nobodyHasIt: 1 },
      learners: { rehearsal: { loss: 'hard' } },
    },
  },
  nouns: new PartRegistry().catalogue().nouns,
  defaults: { stream: 'class-incremental', memory: 'autoencoder', encoder: 'identity', sampler: 'latent' },
};
