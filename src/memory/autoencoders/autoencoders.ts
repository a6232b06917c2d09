import type { AutoencoderPart } from './autoencoder.js';
import { conditional } from './conditional-autoencoder.js';
import { contractive, deep, denoising, sparse, tied, vanilla } from './dense-members.js';
import { convolutional } from './convolutional.js';
import { betaVariational, variational } from './variational.js';

/** The family of autoencoders by name: what a memory can be made of, or an encoder alone. */
export const autoencoders = {
  vanilla,
  deep,
  sparse,
  denoising,
  contractive,
  tied,
  variational,
  'beta-variational': betaVariational,
  convolutional,
  conditional,
} as const satisfies Record<string, AutoencoderPart>;
