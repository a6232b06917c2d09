import type { Worker } from 'node:worker_threads';
import { messageOf, ReverieError } from '../../core/errors.js';
import type { Answer, Request } from './messages.js';
import { newSignal, waitFor, type Signal } from './signal.js';

/** A request that waits for its answer; the line numbers its calls itself. */
type Question =
  Extract<Request, { readonly call: number }> extends infer One
    ? One extends unknown
      ? Omit<One, 'call'>
      : never
    : never;
type Statement = Exclude<Request, { readonly call: number }>;

interface Waiting {
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: Error) => void;
}

/** Longest that a read waits for what was asked before it, in milliseconds: longer than any program runs. */
const patience = 120_000;

/** Buffers of one length that are kept to be used again. */
const mostSpare = 4;

/**
 * The line to a thread that serves an engine. The process may end while the thread is there, but not while it owes an
 * answer.
 */
export class Line {
  readonly #waiting = new Map<number, Waiting>();
  readonly #spare = new Map<number, ArrayBuffer[]>();
  readonly #signal = newSignal();
  readonly #thread: Worker;
  #calls = 0;
  #failure: ReverieError | undefined;

  /** @param start starts a thread that tells its reads by the signal; the line owns it */
  constructor(start: (signal: Signal) => Worker) {
    const thread = (this.#thread = start(this.#signal));
    // Not before it runs: until then it would stay referenced all the same.
    thread.on('online', () => {
      if (this.#waiting.size === 0) thread.unref();
    });
    thread.on('message', (answer: Answer) => {
      this.#receive(answer);
    });
    thread.on('error', (error) => {
      this.#fail(messageOf(error));
    });
    thread.on('exit', () => {
      this.#fail('it ended');
    });
  }

  /** @throws what the thread answers with; engine-failed where it is no more */
  async ask(question: Question, handOver: readonly ArrayBuffer[] = []): Promise<Answer> {
    if (this.#failure !== undefined) throw this.#failure;
    const call = ++this.#calls;
    const answer = new Promise<Answer>((resolve, reject) => this.#waiting.set(call, { resolve, reject }));
    this.#thread.ref();
    this.#thread.postMessage({ ...question, call } satisfies Request, [...handOver]);
    return answer;
  }

  /** @throws engine-failed where the thread is no more */
  tell(statement: Statement): void {
    if (this.#failure !== undefined) throw this.#failure;
    this.#thread.postMessage(statement);
  }

  /** A copy to be handed over. */
  copyOf(data: Float32Array): Float32Array {
    const buffer = this.#spare.get(data.byteLength)?.pop() ?? new ArrayBuffer(data.byteLength);
    const copy = new Float32Array(buffer);
    copy.set(data);
    return copy;
  }

  /** Blocks this thread until the statement, a read, is served. @throws engine-failed */
  await(statement: Extract<Statement, { readonly type: 'read' }>): void {
    const outcome = waitFor(
      this.#signal,
      () => {
        this.tell(statement);
      },
      patience,
    );
    if (outcome === 'gone') throw failed('it failed');
    if (outcome === 'late') throw failed(`it has given no sign for ${patience / 1000} seconds`);
  }

  #receive({ call, buffers, ...answer }: Answer): void {
    for (const buffer of buffers) {
      const spare = this.#spare.get(buffer.byteLength) ?? [];
      if (spare.length < mostSpare) spare.push(buffer);
      this.#spare.set(buffer.byteLength, spare);
    }
    const waiting = this.#waiting.get(call);
    this.#waiting.delete(call);
    if (this.#waiting.size === 0) this.#thread.unref();
    if (answer.error === undefined) waiting?.resolve({ call, buffers, ...answer });
    else waiting?.reject(restored(answer.error));
  }

  #fail(why: string): void {
    this.#failure ??= failed(why);
    for (const { reject } of this.#waiting.values()) reject(this.#failure);
    this.#waiting.clear();
  }
}

function restored({ message, code }: NonNullable<Answer['error']>): Error {
  return code === undefined ? new Error(message) : new ReverieError(code, message);
}

function failed(why: string): ReverieError {
  return new ReverieError(
    'engine-failed',
    `the thread of the engine beside stopped: ${why}; what it held is lost, run again, with another --engine if it happens again`,
  );
}
