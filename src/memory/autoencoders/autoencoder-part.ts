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
  /** Of a sample, e.g. [28, 28] or [32, 32, 3]: height, width and channels. */
  readonly shape: Shape;
  /** Values per sample: the product of `shape`. */
  readonly width: number;
}

/** A member of the family by name. Its options are an object's, so that a memory can put its own next to them. */
export interface AutoencoderPart extends NamedPart<AutoencoderContext, MemoryNetwork> {
  readonly options: ZodObject;
  /**
   * What its options come to, for samples of this shape; no variable is made yet.
   *
   * @throws bad-scenario, bad-shape or bad-data where it cannot be made for such samples
   */
  describe(options: unknown, sample: SampleForm): AutoencoderDescription;
}

/** Of which form the samples are. */
type SampleForm = Pick<AutoencoderContext, 'shape' | 'width'>;

/** Describes a member of the family by what its options come to. */
export function autoencoderPart<Schema extends ZodObject>(part: {
  readonly summary: string;
  readonly options: Schema;
  readonly describe: (options: output<Schema>, sample: SampleForm) => AutoencoderDescription;
}): AutoencoderPart {
  const { summary, options } = part;
  const describe = (given: unknown, sample: SampleForm): AutoencoderDescription => {
    if (!(Number.isInteger(sample.width) && sample.width >= 1)) {
      const what = `an autoencoder needs samples of at least one value, and these have ${sample.width}`;
      throw new ReverieError('bad-data', `${what}; look at the data set that they come from`);
    }
    return part.describe(options.parse(given), sample);
  };
  const make = (given: unknown, { engine, random, ...sample }: AutoencoderContext): MemoryNetwork =>
    new Autoencoder(engine, describe(given, sample), random);
  return { summary, options, describe, make };
}
