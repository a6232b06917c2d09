import type { RunEvent } from '../core/events.js';
import { measuredNothing, takeIn } from '../metrics/measure.js';
import type { Measured } from '../metrics/measure.js';
import type { ConfusionCounts } from '../metrics/per-class.js';
import { noProgress } from './progress.js';
import type { Progress } from './progress.js';

/** Keeps the books of one run: what was measured, and where its time went. */
export class RunRecord {
  readonly #clock: () => number;
  readonly #began: number;
  readonly #before: Progress;
  #measured: Measured;
  #testSizes: readonly number[];
  readonly #learning: number[];
  #confusion: ConfusionCounts;
  #learningNow = 0;
  #evaluating: number;

  /** @param before progress of earlier sessions, where the run is resumed */
  constructor(clock: () => number, before: Progress = noProgress(measuredNothing)) {
    this.#clock = clock;
    this.#began = clock();
    this.#before = before;
    this.#measured = before.measured;
    this.#testSizes = before.testSizes;
    this.#confusion = before.confusion;
    this.#learning = [...before.timings.learning];
    this.#evaluating = before.timings.evaluating;
  }

  get measured(): Measured {
    return this.#measured;
  }

  /** Books an event and hands it on. */
  told<E extends RunEvent>(event: E): E {
    this.#measured = takeIn(this.#measured, event);
    return event;
  }

  /** Waits for what the learner does, and books its time as the learning of the present task. */
  async learning<T>(work: () => Promise<T>): Promise<T> {
    const start = this.#clock();
    const value = await work();
    this.#learningNow += (this.#clock() - start) / 1000;
    return value;
  }

  /** Waits for a measurement, and books its time. */
  async evaluating<T>(work: () => Promise<T>): Promise<T> {
    const start = this.#clock();
    const value = await work();
    this.#evaluating += (this.#clock() - start) / 1000;
    return value;
  }

  /** Closes the books on a task. */
  endTask(testSizes: readonly number[], confusion: ConfusionCounts): void {
    this.#testSizes = testSizes;
    this.#confusion = confusion;
    this.#learning.push(this.#learningNow);
    this.#learningNow = 0;
  }

  /** Everything so far. */
  progress(): Progress {
    const { seconds, peakMemoryMiB } = this.#before.timings;
    return {
      measured: this.#measured,
      testSizes: this.#testSizes,
      confusion: this.#confusion,
      timings: {
        seconds: seconds + (this.#clock() - this.#began) / 1000,
        learning: [...this.#learning],
        evaluating: this.#evaluating,
        peakMemoryMiB: Math.max(peakMemoryMiB, process.resourceUsage().maxRSS / 1024),
      },
    };
  }
}
