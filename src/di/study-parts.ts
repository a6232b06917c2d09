import type { Encoder } from '../core/encoder.js';
import type { RandomStream } from '../core/random.js';
import type { Shape } from '../core/tensor.js';
import type { Engine } from '../engine/engine.js';
import type { MemoryNetwork } from '../memory/autoencoders/memory-network.js';
import type { Probe } from '../representation/probes/probe.js';
import type { PartChoice } from '../scenarios/scenario.js';
import type { PartRegistry } from './part-registry.js';
import { checkMethods } from './required-methods.js';

/** Makes the parts that an encoder study names, each anew. */
export interface StudyParts {
  /** The caller disposes it. */
  autoencoder(
    choice: PartChoice,
    samples: { readonly shape: Shape; readonly width: number },
    random: RandomStream,
  ): Promise<MemoryNetwork>;
  encoder(choice: PartChoice): Promise<Encoder>;
  probe(choice: PartChoice): Promise<Probe>;
}

/** {@link StudyParts} out of a registry. */
export function studyParts(registry: PartRegistry, engine: Engine): StudyParts {
  return {
    async autoencoder({ name, options }, { shape, width }, random) {
      const made = await (await registry.part('autoencoders', name)).make(options, { engine, random, shape, width });
      checkMethods('autoencoders', name, made);
      return made;
    },
    async encoder({ name, options }) {
      const made = await (await registry.part('encoders', name)).make(options, undefined);
      checkMethods('encoders', name, made);
      return made;
    },
    async probe({ name, options }) {
      const made = await (await registry.part('probes', name)).make(options, { engine });
      checkMethods('probes', name, made);
      return made;
    },
  };
}
