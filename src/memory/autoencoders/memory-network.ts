import type { Warning } from '../../core/warning.js';
import type { MemoryBatch } from '../../core/memory.js';
import type { FrozenAutoencoder } from '../../core/sampler.js';
import type { Snapshot } from '../../core/snapshot.js';
import type { TrainedFunction } from '../../core/trained-function.js';
import type { Variables } from '../../engine/engine.js';
import type { Trainer } from '../../engine/training/trainer.js';

/**
 * A network that an autoencoder memory trains, freezes and walks upon. It holds working parameters, which train, and
 * gives out frozen copies, which dream.
 */
export interface MemoryNetwork {
  /** Owns the working parameters; another one once the network has grown. */
  readonly trainer: Trainer;

  /**
   * One optimiser step; gives the loss before it, weighted by the rows.
   *
   * @param batch rows; @param x `batch` rows of samples; @param target what to reconstruct for each; @param weights of the
   * rows, summing to 1; @param labels what the rows are of, for a network that learns classes as well
   */
  train(
    batch: number,
    x: Float32Array,
    target: Float32Array,
    weights: Float32Array,
    labels: Pick<MemoryBatch, 'labels' | 'dreams'>,
  ): Promise<number>;

  /** Makes sure that it can name these classes from now on; for networks that name any. */
  addClasses?(classes: Iterable<number>): void;
  /** A frozen copy of the parameters as they are now; the caller disposes it. */
  freeze(): Variables;
  /** A frozen copy as it can be saved, and again from that; the caller disposes it. */
  saveFrozen(parameters: Variables): Snapshot;
  /** @throws bad-checkpoint where it is not what {@link saveFrozen} gives */
  restoreFrozen(snapshot: Snapshot): Variables;
  /** The autoencoder with these parameters (its own working ones, or a frozen copy). */
  with(parameters: Variables): FrozenAutoencoder;
  /** The decoder with the working parameters, for use without reverie. */
  decoder(): TrainedFunction;
  /** Warnings about how it was put together; none where it does not say. */
  warnings?(): readonly Warning[];

  save(): Snapshot;
  restore(snapshot: Snapshot): void;
  dispose(): void;
}
