/** When checkpoints are left within a task, in addition to those at its end: every so many iterations or minutes. */
export type CheckpointPolicy = { readonly iterations: number } | { readonly minutes: number };

/** Decides, iteration by iteration, whether a checkpoint is left. */
export class CheckpointSchedule {
  readonly #policy: CheckpointPolicy | undefined;
  readonly #now: () => number;
  #saved: number;
  #decided: { readonly iteration: number; readonly due: boolean } | undefined;

  /** @param now milliseconds from any beginning */
  constructor(policy: CheckpointPolicy | undefined, now: () => number) {
    this.#policy = policy;
    this.#now = now;
    this.#saved = now();
  }

  /** Whether one is due after this iteration of the present task. Asked twice of one iteration, it answers the same. */
  due(iteration: number): boolean {
    if (this.#decided?.iteration !== iteration) this.#decided = { iteration, due: this.#decide(iteration) };
    return this.#decided.due;
  }

  saved(): void {
    this.#saved = this.#now();
    this.#decided = undefined;
  }

  #decide(iteration: number): boolean {
    if (this.#policy === undefined) return false;
    if ('iterations' in this.#policy) return iteration % this.#policy.iterations === 0;
    return this.#now() - this.#saved >= this.#policy.minutes * 60_000;
  }
}
