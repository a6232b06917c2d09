import type { Json } from './snapshot.js';

type Options = Readonly<Record<string, Json>>;

/**
 * What a publication, or the code behind it, sets for all learners together: its network and optimiser, and what texts leave
 * implicit, such as which outputs compete, or whether the optimiser begins anew with each task.
 */
export interface Recipe {
  /** One sentence with the source, shown by `reverie list`. */
  readonly summary: string;
  /** For every learner that has an option of the name. */
  readonly options: Options;
  /** For single learners, by name, in addition. */
  readonly learners: Readonly<Record<string, Options>>;
}

export type Recipes = Readonly<Record<string, Recipe>>;
