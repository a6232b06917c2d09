import { createHash } from 'node:crypto';
import type * as Ort from 'onnxruntime-node';
import { AsyncCache } from '../../core/async-cache.js';
import type { OrtModule } from './load-ort.js';
import { ThreadChoice } from './thread-choice.js';

/** What every session is opened with. */
export const sessionConfiguration = {
  // Threads wait for the next operation awake: to wake them for each costs 3 to 10 % of a step. When the run ends they go
  // to sleep, or they would take the cores from the next program's threads.
  'session.intra_op.allow_spinning': '1',
  'session.force_spinning_stop': '1',
  // Moments of units that died decay into denormal numbers, which some processors handle in slow microcode.
  'session.set_denormal_as_zero': '1',
  // It would undo what makes products the same for all numbers of threads; see isThreadInvariant.
  'optimization.disable_specified_optimizers': 'GemmTransposeFusion',
};

/**
 * What a session on a GPU is opened with as well: sums of columns add up in any order otherwise, and the same seed gives
 * other bytes each time.
 */
const gpuConfiguration = { 'session.use_deterministic_compute': '1' };

export interface SessionSettings {
  /** Thread counts to choose from. */
  readonly threads: readonly number[];
  /** Computes what it can, before the processor does the rest. */
  readonly provider: string | undefined;
}

/** One model in a session for each thread count, the later ones opened when they are first tried. */
export class OrtSessions {
  readonly #choice: ThreadChoice;
  readonly #opened = new AsyncCache<number, Ort.InferenceSession>();
  readonly #running = new Set<Promise<unknown>>();

  constructor(
    private readonly ort: OrtModule,
    private readonly model: Uint8Array,
    private readonly settings: SessionSettings,
  ) {
    // On a GPU the number of threads changes nothing, and each session takes memory there of its own.
    this.#choice = new ThreadChoice(settings.provider === undefined ? settings.threads : settings.threads.slice(0, 1));
  }

  open(index: number): Promise<Ort.InferenceSession> {
    const { provider } = this.settings;
    return this.#opened.get(index, () =>
      this.ort.InferenceSession.create(this.model, {
        intraOpNumThreads: this.#choice.counts[index] ?? 1,
        executionProviders: provider === undefined ? ['cpu'] : [provider, 'cpu'],
        executionMode: 'sequential',
        graphOptimizationLevel: 'all',
        logSeverityLevel: 3,
        extra: provider === undefined ? sessionConfiguration : { ...sessionConfiguration, ...gpuConfiguration },
      }),
    );
  }

  run(
    inputs: Ort.InferenceSession.FeedsType,
    wanted: Ort.InferenceSession.FetchesType,
  ): Promise<Ort.InferenceSession.ReturnType> {
    const running = this.#run(inputs, wanted);
    this.#running.add(running);
    return running.finally(() => this.#running.delete(running));
  }

  /** Once nothing runs: what a session computes with must not be freed under it. */
  async close(): Promise<void> {
    await Promise.allSettled(this.#running);
    await this.#opened.clear((session) => session.release());
  }

  async #run(
    inputs: Ort.InferenceSession.FeedsType,
    wanted: Ort.InferenceSession.FetchesType,
  ): Promise<Ort.InferenceSession.ReturnType> {
    const index = this.#choice.next();
    const session = await this.open(index);
    const began = performance.now();
    const results = await session.run(inputs, wanted);
    this.#choice.record(index, performance.now() - began);
    return results;
  }
}

/** Models that are kept open although no program uses them at the moment. */
const mostIdle = 32;

/** Sessions that a program has borrowed. */
export interface BorrowedSessions {
  readonly sessions: OrtSessions;
  /** Gives them back; not to be used afterwards. */
  release(): void;
}

interface Entry {
  readonly sessions: OrtSessions;
  users: number;
}

/**
 * Opened models by their structure, which is the encoded model: names in it are numbered, and parameters are inputs. So
 * the same graph is compiled once for a learner and its frozen copy, for learners and seeds after each other.
 */
export class OrtSessionCache {
  readonly #entries = new Map<string, Entry>();

  constructor(
    private readonly ort: OrtModule,
    private readonly settings: SessionSettings,
  ) {}

  /**
   * Opens the model, unless it is open.
   *
   * @param keepsThreads whether it always runs with the first number of threads
   */
  async borrow(model: Uint8Array, keepsThreads: boolean): Promise<BorrowedSessions> {
    const key = createHash('sha256').update(model).digest('hex');
    const { threads } = this.settings;
    const settings = { ...this.settings, threads: keepsThreads ? threads.slice(0, 1) : threads };
    const entry = this.#entries.get(key) ?? { sessions: new OrtSessions(this.ort, model, settings), users: 0 };
    // What was used last stands last.
    this.#entries.delete(key);
    this.#entries.set(key, entry);
    entry.users++;
    const release = (): void => {
      entry.users--;
      this.#closeIdle();
    };
    try {
      await entry.sessions.open(0);
    } catch (error) {
      this.#entries.delete(key);
      throw error;
    }
    return { sessions: entry.sessions, release };
  }

  /** Closes all of them, also those that are in use; settled once their memory is free. */
  async close(): Promise<void> {
    const entries = [...this.#entries.values()];
    this.#entries.clear();
    await Promise.all(entries.map(({ sessions }) => sessions.close()));
  }

  #closeIdle(): void {
    const idle = [...this.#entries].filter(([, { users }]) => users === 0);
    for (const [key, { sessions }] of idle.slice(0, Math.max(0, idle.length - mostIdle))) {
      this.#entries.delete(key);
      void sessions.close();
    }
  }
}
