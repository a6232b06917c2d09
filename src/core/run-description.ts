import type { Json } from './snapshot.js';

/** What a run is: the same for all sessions of a run that is resumed. */
export interface RunDescription {
  /** Name of the run, e.g. `split-mnist-rehearsal-1`. */
  readonly run: string;
  readonly scenario: string;
  /** SHA-256 of the scenario as it is run, with every default filled in, seed and output aside. */
  readonly scenarioDigest: string;
  /** The scenario as it is run. */
  readonly configuration: Json;
  readonly learner: string;
  readonly seed: number;
  readonly engine: string;
  /** Versions of reverie, Node and the engine's libraries. */
  readonly versions: Readonly<Record<string, string>>;
  /** SHA-256 of the content of what was read in addition to the scenario, by name: `data set mnist`, `plug-in mine.mjs`. */
  readonly inputs?: Readonly<Record<string, string>>;
  /** The run that this one goes on from; absent for one from the start. */
  readonly origin?: RunOrigin;
  /** Number of experiences in the stream; absent where it has no end. */
  readonly tasks?: number;
}

/** Where a run took over what another had learnt. */
export interface RunOrigin {
  /** Name of the other run. */
  readonly run: string;
  readonly scenarioDigest: string;
  readonly seed: number;
  /** The task after which this run goes on. */
  readonly after: number;
}
