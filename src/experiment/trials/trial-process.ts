import { isReverieError, messageOf } from '../../core/errors.js';
import type { Json } from '../../core/snapshot.js';
import type { Trial } from '../../core/trial.js';
import type { TrialKind } from './trial-kind.js';
import { executeTrial } from './trial-runner.js';

/** What a process that runs a trial is sent. */
export type ToTrialProcess =
  | {
      readonly type: 'run';
      readonly trial: Trial;
      readonly directory: string;
      readonly resume: boolean;
      readonly environment: Json;
    }
  | { readonly type: 'stop' };

/** What it answers: events, and then one of the others. */
export type FromTrialProcess =
  | { readonly type: 'event'; readonly event: unknown }
  | { readonly type: 'result'; readonly result: unknown }
  | { readonly type: 'stopped' }
  | { readonly type: 'failed'; readonly error: CrossingError };

/** An error as plain data: of what was thrown, its code, its message and its stack cross. */
export interface CrossingError {
  readonly message: string;
  readonly code?: string;
  readonly stack?: string;
}

/** Milliseconds from one frequent event that crosses to the next. */
const leastGap = 100;

/**
 * Makes this process, which {@link import('./process-pool.js').processPool} has started, run the one trial that it is sent.
 *
 * Signals that a terminal sends to all its processes are left to the parent, which asks for a stop in good order. Where the
 * parent is gone, nobody waits for the trial any more: the process ends.
 *
 * @param kindOf makes the kind of this name, in an environment that the parent passed on
 * @param exit ends this process
 */
export function serveTrial(
  kindOf: (name: string, environment: Json) => Promise<TrialKind<unknown, unknown, unknown>>,
  exit: (code: number) => void,
): void {
  const stop = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => undefined);
  process.on('disconnect', () => {
    exit(1);
  });
  // Of a plug-in, say: Node would print its stack, and the parent would know nothing of it.
  for (const event of ['uncaughtException', 'unhandledRejection'] as const) {
    process.on(event, (error: unknown) => {
      process.send?.({ type: 'failed', error: crossing(error) } satisfies FromTrialProcess, () => {
        exit(1);
      });
    });
  }
  process.on('message', (message: ToTrialProcess) => {
    if (message.type === 'stop') stop.abort();
    else {
      // What the trial waits for can be seen to have no end only where listening to the parent does not keep this process alive.
      process.channel?.unref();
      void answerTo(message).then((answer) => {
        process.send?.(answer, () => {
          exit(0);
        });
      });
    }
  });

  async function answerTo(message: ToTrialProcess & { type: 'run' }): Promise<FromTrialProcess> {
    const { trial, directory, resume, environment } = message;
    try {
      const kind = await kindOf(trial.kind, environment);
      const events = new ThrottledEvents(kind);
      const context = { directory, resume, signal: stop.signal };
      const result = await executeTrial(kind, trial, context, (event) => {
        events.send(event);
      });
      return result === undefined ? { type: 'stopped' } : { type: 'result', result };
    } catch (error) {
      return { type: 'failed', error: crossing(error) };
    }
  }
}

/** Sends events to the parent, of frequent ones some ten a second, and the last before each other one. */
class ThrottledEvents {
  readonly #isFrequent: (event: unknown) => boolean;
  #waiting: { readonly event: unknown } | undefined;
  #sentAt = -Infinity;

  constructor(kind: TrialKind<unknown, unknown, unknown>) {
    this.#isFrequent = (event) => kind.isFrequent?.(event) ?? false;
  }

  send(event: unknown): void {
    const now = performance.now();
    if (this.#isFrequent(event)) {
      this.#waiting = { event };
      if (now - this.#sentAt >= leastGap) this.#sendWaiting(now);
      return;
    }
    this.#sendWaiting(now);
    post({ type: 'event', event });
  }

  #sendWaiting(now: number): void {
    if (this.#waiting === undefined) return;
    post({ type: 'event', event: this.#waiting.event });
    this.#waiting = undefined;
    this.#sentAt = now;
  }
}

function post(message: FromTrialProcess): void {
  process.send?.(message);
}

function crossing(error: unknown): CrossingError {
  return {
    message: messageOf(error),
    ...(isReverieError(error) ? { code: error.code } : {}),
    ...(error instanceof Error && error.stack !== undefined ? { stack: error.stack } : {}),
  };
}
