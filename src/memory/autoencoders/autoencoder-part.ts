import type { output, ZodObject } from 'zod';
import { ReverieError } from '../../core/errors.js';
import type { NamedPart } from '../../core/part.js';
import type { RandomStream } from '../../core/random.js';
import type { Shape } from '../../core/tensor.js';
import type { Engine } from '../../engine/engine.js';
import { Autoencoder } from './autoencoder.js';
import type { AutoencoderDescription } from './autoencoder-description.js';
import type { MemoryNetwork } from './memory-network.js';

/** What an autoencoder is made from. */
export interface AutoencoderContext {
  readonly engine: Engine;
  /** Draws the first parameters, then whatever noise it trains with. */
  readonly random: RandomStream;
  /** Of a sample, e.g. [28, 28] or [3, 32, 32]. */
  readonly shape: Shape;
  /** Values per sample: the product of `shape`. */
  readonly width: number;
}

/** A member of the family by name. Its options are an object's, so that a memory can put its own beside them. */
export interface AutoencoderPart extends NamedPart<AutoencoderContext, MemoryNetwork> {
  readonly options: ZodObject;
}

/** Describes a member of the family by what its options come to. */
export function autoencoderPart<Schema extends ZodObject>(part: {
  readonly summary: string;
  readonly options: Schema;
  readonly describe: (
    options: output<Schema>,
    sample: Pick<AutoencoderContext, 'shape' | 'width'>,
  ) => AutoencoderDescription;
}): AutoencoderPart {
  const { summary, options, describe } = part;
  return {
    summary,
    options,
    make: (given, { engine, random, shape, width }) => {
      if (!(Number.isInteger(width) && width >= 1)) {
        const what = `an autoencoder needs samples of at least one value, and these have ${width}`;
        throw new ReverieError('bad-data', `${what}; look at the data set that they come from`);
      }
      return new Autoencoder(engine, describe(options.parse(given), { shape, width }), random);
    },
  };
}
