import { setImmediate } from 'node:timers/promises';

/** Milliseconds after which a run lets others have a turn. */
const turn = 50;

/**
 * Keeps a run from starving its process. A learner whose promises are all settled already never reaches the event loop;
 * without a turn of it now and then neither Ctrl-C nor a timer nor a slow observer would get its turn until the end.
 */
export class EventLoopYielder {
  readonly #clock: () => number;
  #last: number;

  constructor(clock: () => number) {
    this.#clock = clock;
    this.#last = clock();
  }

  /** Waits for one round of the event loop if the last one is 50 ms ago, and else for nothing. */
  async yieldToEventLoop(): Promise<void> {
    if (this.#clock() - this.#last < turn) return;
    await setImmediate();
    this.#last = this.#clock();
  }
}
