/** Runs between two trials of another count, at first and at most: trials get rarer while they change nothing. */
const firstInterval = 16;
const longestInterval = 256;
/** Runs of a trial, and of a count's record that are looked at. */
const trialLength = 3;
const recordLength = 5;

/**
 * Chooses, run by run, how many threads to use: the count that has lately been quicker, with now and then a trial of
 * another. All cores are best on an idle machine; where another process takes one, the threads of a step wait for each
 * other at every node: 3 to 8 times as long on two cores with one busy. Counts are compared by the medians of their
 * last runs, because a single slow run means nothing. Results do not depend on the count.
 */
export class ThreadChoice {
  readonly #records: number[][];
  #preferred = 0;
  #interval = firstInterval;
  #untilTrial = trialLength;
  #trial: { readonly index: number; left: number } | undefined;

  /** @param counts thread counts to choose from, the one to begin with first; at least one */
  constructor(readonly counts: readonly number[]) {
    this.#records = counts.map(() => []);
  }

  /** Index into {@link counts} for the next run. */
  next(): number {
    if (this.counts.length === 1) return 0;
    if (this.#trial === undefined && --this.#untilTrial < 0) this.#beginTrial();
    return this.#trial?.index ?? this.#preferred;
  }

  /** Takes note of how long a run with this index took. */
  record(index: number, milliseconds: number): void {
    const record = this.#records[index];
    record?.push(milliseconds);
    if (record !== undefined && record.length > recordLength) record.shift();
    if (this.#trial === undefined) {
      // It became slower than what another count is known for: that one is to show whether it is still as quick.
      if (this.#quickest() !== this.#preferred) this.#beginTrial();
    } else if (index === this.#trial.index && --this.#trial.left === 0) {
      this.#endTrial();
    }
  }

  #beginTrial(): void {
    const quickest = this.#quickest();
    const index = quickest !== this.#preferred ? quickest : this.#another();
    // What it did long ago, on a machine that was busy or was not, says nothing of today.
    this.#records[index] = [];
    this.#trial = { index, left: trialLength };
  }

  #endTrial(): void {
    const quickest = this.#quickest();
    this.#interval = quickest === this.#preferred ? Math.min(longestInterval, this.#interval * 2) : firstInterval;
    this.#preferred = quickest;
    this.#untilTrial = this.#interval;
    this.#trial = undefined;
  }

  /** The count after the preferred one, in turn. */
  #another(): number {
    return (this.#preferred + 1) % this.counts.length;
  }

  #quickest(): number {
    const medians = this.#records.map((record) => median(record));
    const least = Math.min(...medians);
    return medians[this.#preferred] === least ? this.#preferred : medians.indexOf(least);
  }
}

/** Infinity of nothing. */
function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Infinity;
}
