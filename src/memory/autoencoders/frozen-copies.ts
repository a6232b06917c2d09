import { ReverieError } from '../../core/errors.js';
import { savedClasses } from '../../core/saved-classes.js';
import type { Snapshot } from '../../core/snapshot.js';
import type { Engine, Variables } from '../../engine/engine.js';
import type { Trainer } from '../../engine/training/trainer.js';

/** Frozen copies of the parameters of a network, which the caller disposes, with the classes that it knew at the time. */
export class FrozenCopies {
  readonly #classesOf = new WeakMap<Variables, readonly number[]>();

  constructor(private readonly engine: Engine) {}

  freeze({ variables, parameterNames }: Trainer, classes: readonly number[]): Variables {
    const frozen = variables.clone(parameterNames);
    this.#classesOf.set(frozen, classes);
    return frozen;
  }

  /** The classes that a frozen copy knows; undefined for parameters that are none. */
  classesOf(parameters: Variables): readonly number[] | undefined {
    return this.#classesOf.get(parameters);
  }

  save(frozen: Variables): Snapshot {
    return { json: { classes: this.#classesOf.get(frozen) ?? [] }, tensors: frozen.readAll() };
  }

  /** @throws bad-checkpoint where the classes are missing, or a parameter of `trainer` */
  restore({ json, tensors }: Snapshot, { parameterNames }: Trainer): Variables {
    const whose = "a memory's saved frozen autoencoder";
    const classes = savedClasses(json, whose);
    const missing = parameterNames.filter((name) => !Object.hasOwn(tensors, name));
    if (missing.length > 0) {
      throw new ReverieError('bad-checkpoint', `${whose} lacks ${missing.join(', ')}; the checkpoint is not usable`);
    }
    const frozen = this.engine.variables(tensors);
    this.#classesOf.set(frozen, classes);
    return frozen;
  }
}
