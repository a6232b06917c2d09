import type { Json } from './snapshot.js';

/**
 * One run of something that is run more than once: a learner on a scenario, an arm of an encoder study, a row of a table.
 * Plain data, fit to cross to another process.
 */
export interface Trial {
  /** Name of the kind of trial that runs it. */
  readonly kind: string;
  /** What is compared, without the seed: the learner, the arm, the row. */
  readonly variant: string;
  /** Seed of all its random streams. */
  readonly seed: number;
  /** What is run, with every default filled in. */
  readonly spec: Json;
  /** SHA-256, in hexadecimal, of kind, specification and seed: all that decides the outcome. */
  readonly digest: string;
}
