import type { Timings } from '../core/result.js';

/** Measures where the time of a run goes, earlier sessions of it included. */
export class RunClock {
  readonly #now: () => number;
  readonly #began: number;
  readonly #before: Timings;
  readonly #learning: number[];
  #learningNow: number;
  #evaluating: number;

  /**
   * @param now milliseconds from any beginning
   * @param before timings of earlier sessions
   * @param withinTask whether the last of {@link Timings.learning} is of a task that goes on
   */
  constructor(now: () => number, before: Timings, withinTask: boolean) {
    this.#now = now;
    this.#began = now();
    this.#before = before;
    this.#learning = [...before.learning];
    this.#learningNow = withinTask ? (this.#learning.pop() ?? 0) : 0;
    this.#evaluating = before.evaluating;
  }

  /** Waits for what the learner does, and counts its time as learning of the present task. */
  async learning<T>(work: () => Promise<T>): Promise<T> {
    const start = this.#now();
    const value = await work();
    this.#learningNow += (this.#now() - start) / 1000;
    return value;
  }

  /** Waits for a measurement, and counts its time. */
  async evaluating<T>(work: () => Promise<T>): Promise<T> {
    const start = this.#now();
    const value = await work();
    this.#evaluating += (this.#now() - start) / 1000;
    return value;
  }

  endTask(): void {
    this.#learning.push(this.#learningNow);
    this.#learningNow = 0;
  }

  /** All sessions so far. @param withinTask whether the present task's learning is among it */
  timings(withinTask = false): Timings {
    const { seconds, peakMemoryMiB } = this.#before;
    return {
      seconds: seconds + (this.#now() - this.#began) / 1000,
      learning: withinTask ? [...this.#learning, this.#learningNow] : [...this.#learning],
      evaluating: this.#evaluating,
      peakMemoryMiB: Math.max(peakMemoryMiB, process.resourceUsage().maxRSS / 1024),
    };
  }
}
