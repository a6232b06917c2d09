/** Runs between two trials of the slower way, at first and at most: trials get rarer while they change nothing. */
const firstInterval = 8;
const longestInterval = 256;
/** Weight of the newest time in the running average. */
const newestWeight = 0.5;

/**
 * Chooses, run by run, how many threads to use: the count that has lately been quicker, with now and then a trial of
 * the other ones.
 *
 * All cores are best on a machine that is idle otherwise. Where another process takes one of them, the threads of a
 * step wait for each other at every node: on two cores with one busy, a step took 3 to 8 times as long with two threads
 * as with one. Results do not depend on the count, only time does.
 */
export class ThreadChoice {
  readonly #averages: (number | undefined)[];
  #preferred = 0;
  #untilTrial = 2;
  #interval = firstInterval;

  /** @param counts thread counts to choose from, the one to begin with first; at least one */
  constructor(readonly counts: readonly number[]) {
    this.#averages = counts.map(() => undefined);
  }

  /** Index into {@link counts} for the next run. */
  next(): number {
    if (this.counts.length === 1) return 0;
    if (--this.#untilTrial > 0) return this.#preferred;
    this.#untilTrial = this.#interval;
    this.#interval = Math.min(longestInterval, this.#interval * 2);
    return (this.#preferred + 1) % this.counts.length;
  }

  /** Takes note of how long a run with this index took. */
  record(index: number, milliseconds: number): void {
    const average = this.#averages[index];
    this.#averages[index] = average === undefined ? milliseconds : average + newestWeight * (milliseconds - average);
    const costs = this.#averages.map((cost) => cost ?? Infinity);
    const best = costs.indexOf(Math.min(...costs));
    const wonTrial = index !== this.#preferred && milliseconds < (costs[this.#preferred] ?? Infinity);
    if (best !== this.#preferred || wonTrial) {
      this.#preferred = best;
      this.#interval = firstInterval;
      this.#untilTrial = firstInterval;
    }
  }
}
