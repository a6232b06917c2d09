import type { Worker } from 'node:worker_threads';
import { messageOf, ReverieError, type ErrorCode } from '../../core/errors.js';
import type { TensorMap } from '../../core/tensor.js';
import type { Feeds } from '../engine.js';
import { disposed } from '../executors/program-checks.js';
import type { FlatProgram } from './flat-program.js';
import { newReadSignal, waitForReads, type ReadSignal } from './thread.js';

/** What the calling thread sends to the one that computes. Requests are served one after the other, in order. */
export type Request =
  | { readonly type: 'compile'; readonly call: number; readonly program: number; readonly definition: FlatProgram }
  | {
      readonly type: 'run';
      readonly call: number;
      readonly program: number;
      /** Their buffers are handed over, and handed back with the answer. */
      readonly feeds: Feeds;
      readonly variables: number | undefined;
    }
  /** Has the engine free what it holds; the last request. */
  | { readonly type: 'end'; readonly call: number }
  | { readonly type: 'discard-program'; readonly program: number }
  | { readonly type: 'variables'; readonly variables: number; readonly initial: TensorMap }
  | { readonly type: 'clone'; readonly variables: number; readonly from: number; readonly names: readonly string[] }
  | { readonly type: 'write'; readonly variables: number; readonly values: TensorMap }
  | {
      readonly type: 'read';
      readonly variables: number;
      readonly names: readonly string[];
      /** Room for the values, one variable after the other; the signal says when they are there. */
      readonly into: SharedArrayBuffer;
    }
  | { readonly type: 'discard-variables'; readonly variables: number };

/** The answer to a request with a number. */
export interface Answer {
  readonly call: number;
  readonly fetches?: Readonly<Record<string, Float32Array>>;
  readonly error?: { readonly message: string; readonly code?: ErrorCode };
  /** Buffers of the feeds, to be used again. */
  readonly buffers: readonly ArrayBuffer[];
}

/** A request with an answer; the channel numbers its calls itself. */
type Call =
  Extract<Request, { readonly call: number }> extends infer One
    ? One extends unknown
      ? Omit<One, 'call'>
      : never
    : never;
type Message = Exclude<Request, { readonly call: number }>;

interface Waiting {
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: Error) => void;
}

/** Longest that a read waits for the requests before it, in milliseconds: longer than any program runs. */
const longestRead = 120_000;

/** Buffers of one length that are kept to be used again. */
const mostSpare = 4;

/**
 * The way to a worker thread that serves an engine. The process may end while the thread is there, but not while it owes an
 * answer.
 */
export class WorkerChannel {
  readonly #waiting = new Map<number, Waiting>();
  readonly #spare = new Map<number, ArrayBuffer[]>();
  readonly #signal = newReadSignal();
  readonly #thread: Worker;
  #calls = 0;
  #reads = 0;
  #failure: ReverieError | undefined;
  #closing: Promise<void> | undefined;

  /**
   * @param start starts a thread that signals its reads; the channel owns it
   * @param patience milliseconds that a read waits at most
   */
  constructor(
    start: (signal: ReadSignal) => Worker,
    private readonly patience = longestRead,
  ) {
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

  /** Sends a request and gives its answer. @throws what the thread answers with; engine-failed where it has stopped */
  async request(call: Call, handOver: readonly ArrayBuffer[] = []): Promise<Answer> {
    if (this.#failure !== undefined) throw this.#failure;
    const number = ++this.#calls;
    const answer = new Promise<Answer>((resolve, reject) => this.#waiting.set(number, { resolve, reject }));
    this.#thread.ref();
    this.#thread.postMessage({ ...call, call: number } satisfies Request, [...handOver]);
    return answer;
  }

  /** Sends a request without an answer. @throws engine-failed where the thread has stopped */
  post(message: Message): void {
    if (this.#failure !== undefined) throw this.#failure;
    this.#thread.postMessage(message);
  }

  /** Sends word that something is no longer needed; nothing where the thread has stopped, and with it all that it held. */
  discard(message: Extract<Message, { readonly type: 'discard-program' | 'discard-variables' }>): void {
    if (this.#failure === undefined) this.#thread.postMessage(message);
  }

  /** Lets the thread end what it was asked for, free what it holds, and stop; settled when it has. */
  close(): Promise<void> {
    return (this.#closing ??= this.#close());
  }

  /** Sends a read and blocks this thread until it is served. @throws engine-failed */
  requestSync(read: Extract<Message, { readonly type: 'read' }>): void {
    this.post(read);
    const outcome = waitForReads(this.#signal, ++this.#reads, this.patience);
    if (outcome === 'stopped') throw failed('it failed');
    if (outcome === 'late') throw failed(`it has given no sign for ${this.patience / 1000} seconds`);
  }

  /** A copy to be handed over. */
  copyOf(data: Float32Array): Float32Array {
    const buffer = this.#spare.get(data.byteLength)?.pop() ?? new ArrayBuffer(data.byteLength);
    const copy = new Float32Array(buffer);
    copy.set(data);
    return copy;
  }

  async #close(): Promise<void> {
    // What has failed holds nothing any more.
    if (this.#failure === undefined) {
      const ended = this.request({ type: 'end' }).catch(() => undefined);
      this.#failure ??= disposed('the engine');
      await ended;
    }
    await this.#thread.terminate();
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
    `the worker thread of the engine stopped: ${why}; what it held is lost, run again, with another --engine if it happens again`,
  );
}
