import type { Parts } from '../core/part.js';
import type { Recipes } from '../core/recipe.js';

/** Everything that a scenario can name. The composition root makes it, plug-ins included. */
export interface Catalogue {
  readonly datasets: Parts;
  readonly streams: Parts;
  readonly learners: Parts;
  readonly memories: Parts;
  readonly encoders: Parts;
  readonly samplers: Parts;
  readonly observers: Parts;
  /** Autoencoders alone, and probes: what encoder studies compare and measure by. */
  readonly autoencoders: Parts;
  readonly probes: Parts;
  /** Options that publications set for all learners together. */
  readonly recipes: Recipes;
  /** What messages call what a key of a file, in singular or plural, names: `data set` for `dataset`. */
  readonly nouns: Readonly<Record<string, string>>;
  /** What a scenario means that names no stream, memory, encoder or sampler. */
  readonly defaults: {
    readonly stream: string;
    readonly memory: string;
    readonly encoder: string;
    readonly sampler: string;
  };
}
