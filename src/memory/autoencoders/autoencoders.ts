import type { AutoencoderPart } from './autoencoder-part.js';
import { deep } from './deep.js';
import { vanilla } from './vanilla.js';

/** The autoencoders by name: what a memory can be made of, or an encoder alone. */
export const autoencoders = {
  vanilla,
  deep,
} as const satisfies Record<string, AutoencoderPart>;
