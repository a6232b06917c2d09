import type { RandomStream } from '../core/random.js';

/** A sample that is kept, and what was put aside with it. */
export interface Exemplar {
  readonly features: Float32Array;
  readonly label: number;
  /** E.g. the logits that it had when it came; empty where there are none. */
  extras: Float32Array;
}

/** A number of places for samples that come one after the other: for the last of them, or for any with the same probability. */
export class Places {
  readonly exemplars: Exemplar[] = [];
  /** Samples that came by. */
  seen = 0;

  constructor(
    private readonly rule: 'reservoir' | 'class-balanced' | 'ring',
    public limit: number,
  ) {}

  /** Where the next sample of the stream goes; undefined where it is not kept. */
  place(random: RandomStream): number | undefined {
    this.seen++;
    if (this.limit === 0) return undefined;
    const full = this.exemplars.length >= this.limit;
    // Oldest first.
    if (this.rule === 'ring') {
      if (full) this.exemplars.shift();
      return this.exemplars.length;
    }
    const at = full ? random.integer(this.seen) : this.exemplars.length;
    return at >= this.limit ? undefined : at;
  }

  put(at: number, exemplar: Exemplar): void {
    this.exemplars[at] = exemplar;
  }

  shrink(limit: number, random: RandomStream): void {
    this.limit = limit;
    while (this.exemplars.length > limit) {
      this.exemplars.splice(this.rule === 'ring' ? 0 : random.integer(this.exemplars.length), 1);
    }
  }
}
