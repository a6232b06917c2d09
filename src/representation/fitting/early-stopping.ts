import type { Samples } from '../../core/dataset.js';
import type { Snapshot } from '../../core/snapshot.js';
import type { MemoryNetwork } from '../../memory/autoencoders/memory-network.js';
import { mean } from '../../metrics/mean.js';
import { reconstructionErrors } from '../reconstruction-errors.js';

/** Measures a network on held-out samples after each epoch, and remembers the best of what it was. */
export class EarlyStopping {
  readonly #losses: number[] = [];
  #best: { readonly epoch: number; readonly snapshot: Snapshot } | undefined;

  /** @param targets the held-out row that each held-out row is to become */
  constructor(
    private readonly network: MemoryNetwork,
    private readonly heldOut: Samples,
    private readonly targets: Uint32Array,
    private readonly patience: number,
  ) {}

  /** Mean squared error per value after each epoch so far. */
  get losses(): readonly number[] {
    return this.#losses;
  }

  /** Whether so many epochs brought nothing better that it is time to stop. */
  get done(): boolean {
    return this.#losses.length - (this.#best?.epoch ?? 0) >= this.patience;
  }

  /** Measures an epoch that has just ended; the first of equals stays the best. */
  async measure(): Promise<number> {
    const { network, heldOut, targets } = this;
    const errors = await reconstructionErrors(network.with(network.trainer.variables), heldOut, targets);
    const loss = mean(Array.from(errors)) ?? NaN;
    const isBest = this.#losses.every((earlier) => loss < earlier);
    this.#losses.push(loss);
    if (isBest) this.#best = { epoch: this.#losses.length, snapshot: network.save() };
    return loss;
  }

  /** Gives the network the parameters of its best epoch; says which that was. */
  restoreBest(): number {
    if (this.#best === undefined) throw new RangeError('no epoch was measured yet');
    if (this.#best.epoch < this.#losses.length) this.network.restore(this.#best.snapshot);
    return this.#best.epoch;
  }
}
