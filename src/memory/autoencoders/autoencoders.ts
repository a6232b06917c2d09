import type { AutoencoderPart } from './autoencoder-part.js';
import { conditional } from './conditional-autoencoder.js';
import { contractive } from './contractive.js';
import { convolutional } from './convolutional.js';
import { deep } from './deep.js';
import { denoising } from './denoising.js';
import { sparse } from './sparse.js';
import { tied } from './tied.js';
import { vanilla } from './vanilla.js';
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
