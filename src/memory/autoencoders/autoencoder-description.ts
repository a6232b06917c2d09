import type { Warning } from '../../core/warning.js';
import type { RandomStream } from '../../core/random.js';
import type { TrainedFunction } from '../../core/trained-function.js';
import type { Feeds } from '../../engine/engine.js';
import type { GraphNode } from '../../engine/graph/node.js';
import type { NetworkValues } from '../../engine/networks/initial.js';
import type { Optimiser } from '../../engine/optimisers/optimiser.js';
import type { Objective } from '../../engine/training/trainer.js';

/** What one training step is taken on. */
export interface TrainingRows {
  readonly count: number;
  /** `count` rows of samples. */
  readonly x: Float32Array;
  /** What to reconstruct for each. */
  readonly target: Float32Array;
  /** Of the rows, summing to 1. */
  readonly weights: Float32Array;
  /** Class of each row; absent where it is not known. */
  readonly labels?: Int32Array;
  /** The optimiser step, counted from 1. */
  readonly step: number;
}

/**
 * An autoencoder as plain data and functions of graphs: what it is made of, what it minimises, and what that is fed. It
 * holds nothing; who trains it is {@link Autoencoder}.
 */
export interface AutoencoderDescription {
  /** Values per sample. */
  readonly width: number;
  /** Values per code. */
  readonly codeWidth: number;
  /** Draws the first values of its variables. */
  initial(random: RandomStream): NetworkValues;
  readonly optimiser: Optimiser;
  /** What to minimise on `batch` rows, from what {@link feeds} gives. */
  objective(batch: number): Objective;
  /** Values for the feeds of {@link objective}; what it draws, noise say, comes from `random`. */
  feeds(rows: TrainingRows, random: RandomStream): Feeds;
  /** Without noise, [batch, width] → [batch, codeWidth]. */
  encode(x: GraphNode): GraphNode;
  /** [batch, codeWidth] → [batch, width] */
  decode(code: GraphNode): GraphNode;
  /** What values of {@link decode} may be, for people: "values in (0, 1)". */
  readonly outputs: string;
  /**
   * `count` codes drawn from the latent prior, for one that holds its codes to one.
   *
   * @param classes those that it was trained on
   */
  samplePrior?(count: number, random: RandomStream, classes: readonly number[]): Float32Array;
  /**
   * The decoder for use without reverie, for one that is conditioned on the class: the classes that it was trained on are then
   * a part of its state. Values of its parameters are filled in by who trains it.
   */
  conditionedDecoder?(classes: readonly number[]): Omit<TrainedFunction, 'name' | 'parameters'>;
  /** Warnings about how it was put together. */
  readonly warnings?: readonly Warning[];
}
