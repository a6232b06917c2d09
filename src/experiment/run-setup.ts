import type { RunOrigin, Warning } from '../core/events.js';
import type { Learner } from '../core/learner.js';
import type { SampleDescription } from '../core/sample-scale.js';
import type { RunObserver } from '../core/observer.js';
import type { RandomStreams } from '../core/random.js';
import type { Json } from '../core/snapshot.js';
import type { ContinualStream } from '../core/stream.js';
import type { CheckpointPolicy } from './checkpoint-policy.js';
import type { CheckpointStore } from './checkpoint-store.js';

/** All that a run is made of. */
export interface RunSetup {
  readonly scenario: string;
  /** SHA-256 of the scenario as it is run; what a checkpoint must share. */
  readonly scenarioDigest: string;
  /** The scenario as it is run; goes into the result as it is. */
  readonly configuration: Json;
  readonly learnerName: string;
  /** Seed of all random streams of the run. */
  readonly seed: number;
  readonly engine: {
    readonly name: string;
    readonly versions: Readonly<Record<string, string>>;
    /** Buffers that the engine holds now. */
    liveBuffers(): number;
  };
  /** Versions of `reverie` and Node; the engine's are added. */
  readonly versions: Readonly<Record<string, string>>;
  /** SHA-256 of the content of what the run reads in addition to the scenario, by name; what a checkpoint must share. */
  readonly inputs?: Readonly<Record<string, string>>;
  /** The run that this one goes on from, whose checkpoint is the first of this one. */
  readonly origin?: RunOrigin;
  /** What is learnt, and what is measured; its experiences are pulled one at a time. */
  readonly stream: ContinualStream;
  /** What is known of the samples in addition to their shape; a checkpoint carries it, so that the learner can be used without data. */
  readonly samples?: SampleDescription;
  /** Makes the learner of one run, which owns it and disposes it. `random` holds the run's streams. */
  createLearner(random: RandomStreams): Promise<Learner>;
  /** What is doubtful about how the run was put together; reported when it starts, not when it is resumed. */
  readonly warnings?: readonly Warning[];
  /** Iterations between two measurements within a task; none within tasks unless given. At least 1. */
  readonly evaluateEvery?: number;
  /** Whether sets still to come are measured too after each task, for forward transfer; not unless given. */
  readonly evaluatesFuture?: boolean;
  /** Where to leave a checkpoint after each task; nowhere unless given. */
  readonly checkpoints?: CheckpointStore;
  /** When to leave more of them within tasks; a learner that cannot be saved there is saved after tasks only. */
  readonly checkpointEvery?: CheckpointPolicy;
  /** Whether the checkpoints of the ends of all tasks stay, so that other runs can go on from each; the last two otherwise. */
  readonly keepsTaskEnds?: boolean;
  /** Whether to go on from the last checkpoint, if there is one. */
  readonly resume?: boolean;
  /** Each is given every event before the run goes on; the run closes them when it ends. */
  readonly observers?: readonly RunObserver[];
  /**
   * Aborting it ends the run as unsubscribing does, but the stream then completes, without `run-completed`, once the
   * learner has finished its step and is disposed: what Ctrl-C needs.
   */
  readonly stop?: AbortSignal;
  /**
   * Seconds that the learner has to end its step once the run is to stop, and an observer to take its event; 10 unless given.
   * Then it is given up.
   */
  readonly patience?: number;
  /** Milliseconds from any beginning; `performance.now` unless given. Nothing else gives a run the time. */
  readonly clock?: () => number;
}
