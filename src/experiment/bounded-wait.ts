/** Called when nothing is left to run in this process while something is still waited for. */
const waiting = new Set<() => void>();
let listens = false;

/**
 * Waits for what a learner or an observer does, which may never end: it is given up where nothing is left in this process that
 * could end it, and where it goes on for too long after the run was to stop.
 */
export class BoundedWait {
  #abandoned = false;

  /**
   * @param signal that the run is to stop
   * @param patience seconds that it then has; Infinity for as long as it takes
   */
  constructor(
    private readonly signal: AbortSignal,
    private readonly patience: number,
  ) {}

  /** Whether it was given up while it was doing something: nothing may be asked of it any more, not even to be disposed. */
  get abandoned(): boolean {
    return this.#abandoned;
  }

  /** @throws what the work fails with, and an Error where it is given up */
  for<T>(work: () => Promise<T>): Promise<T> {
    if (!listens) {
      listens = true;
      process.on('beforeExit', () => {
        for (const giveUp of waiting) giveUp();
      });
    }
    return new Promise((resolve, reject) => {
      let timer: NodeJS.Timeout | undefined;
      const end = (): void => {
        clearTimeout(timer);
        waiting.delete(stuck);
        this.signal.removeEventListener('abort', stop);
      };
      const giveUp = (why: string): void => {
        this.#abandoned = true;
        end();
        reject(new Error(why));
      };
      const stuck = (): void => {
        giveUp('it waits for something that nothing in this process is left to bring about');
      };
      const stop = (): void => {
        if (this.patience === Infinity) return;
        timer = setTimeout(() => {
          giveUp(`it had not come back ${this.patience} s after the run was to stop, and was given up`);
        }, this.patience * 1000);
      };
      waiting.add(stuck);
      if (this.signal.aborted) stop();
      else this.signal.addEventListener('abort', stop);
      Promise.resolve()
        .then(work)
        .then(
          (value) => {
            end();
            resolve(value);
          },
          (error: unknown) => {
            end();
            // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- whatever was thrown
            reject(error);
          },
        );
    });
  }
}
