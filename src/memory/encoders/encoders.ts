import { z } from 'zod';
import type { Encoder } from '../../core/encoder.js';
import { definePart, type NamedPart } from '../../core/part.js';
import { crossClassEncoder } from './cross-class.js';
import { icrstEncoder } from './icrst.js';
import { identityEncoder } from './identity.js';
import { probability as p } from './probability.js';
import { trstEncoder } from './trst.js';

/** The target policies that a scenario can name under `memory.encoder`. */
export const encoders = {
  identity: definePart({
    summary: 'Reconstructs the row itself: a standard autoencoder.',
    options: z.strictObject({}),
    create: () => identityEncoder(),
  }),
  icrst: definePart({
    summary: 'With probability p reconstructs a random sample of the same class (ICRST).',
    options: z.strictObject({ p }),
    create: (options) => icrstEncoder(options.p),
  }),
  trst: definePart({
    summary: 'With probability p reconstructs a random sample of the whole set (TRST).',
    options: z.strictObject({ p }),
    create: (options) => trstEncoder(options.p),
  }),
  'cross-class': definePart({
    summary: 'With probability p reconstructs a random sample of another class: the ablation of ICRST.',
    options: z.strictObject({ p }),
    create: (options) => crossClassEncoder(options.p),
  }),
} as const satisfies Record<string, NamedPart<unknown, Encoder>>;
