import { createHash } from 'node:crypto';
import type { OrtModule } from './load-ort.js';
import { OrtSessions, type SessionSettings } from './ort-sessions.js';

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
 * Opened models by their structure, so that the same graph is compiled once however often it is asked for: by a
 * learner and its frozen copy, by learners after each other, by one seed after another. The encoded model is the
 * structure: names in it are numbered in order, and parameters are inputs.
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

  #closeIdle(): void {
    const idle = [...this.#entries].filter(([, { users }]) => users === 0);
    for (const [key, { sessions }] of idle.slice(0, Math.max(0, idle.length - mostIdle))) {
      this.#entries.delete(key);
      sessions.close();
    }
  }
}
