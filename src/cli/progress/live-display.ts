import { Listr, ListrLogger, ProcessOutput, type ListrDefaultRendererLogLevels } from 'listr2';
import type { Output } from '../cli-context.js';
import type { RunDisplay, RunEnd } from './display.js';
import { advance, notStarted, progressLine, type RunProgress } from './run-progress.js';

/** Seconds; the progress of iterations is not drawn more often. */
const leastGap = 0.1;

/**
 * For terminals: a list of the runs, with the progress of those under way below them.
 *
 * @param runs names of all runs, in the order in which they start
 * @param atOnce how many are under way at a time
 */
export function liveDisplay(runs: readonly string[], atOnce: number, out: Output, clock: () => number): RunDisplay {
  const lines = new Map(runs.map((name) => [name, new RunLine(name)]));
  const list = new Listr<unknown, 'default', 'default'>(
    runs.map((name) => ({ title: name, task: (_context: unknown, shown: Shown) => lines.get(name)?.show(shown) })),
    {
      concurrent: atOnce,
      exitOnError: false,
      // Ctrl-C is ours: runs are to end in good order.
      registerSignalListeners: false,
      // listr2 would ask the process whether it has a terminal; that question is answered already, for this output.
      fallbackRenderer: 'default',
      fallbackRendererCondition: true,
      fallbackRendererOptions: {
        // What goes wrong is said once, by whoever called.
        showErrorMessage: false,
        showSkipMessage: false,
        formatOutput: 'truncate',
        logger: new ListrLogger<ListrDefaultRendererLogLevels>({
          useIcons: false,
          processOutput: new ProcessOutput(out.stream, out.stream),
        }),
      },
    },
  );
  const finished = list.run();
  return {
    progressed(run, event) {
      lines
        .get(run)
        ?.progressed((progress) => advance(progress, event, clock() / 1000), event.type === 'batch-trained');
    },
    ended(run, how) {
      lines.get(run)?.ended(how);
    },
    async close() {
      for (const line of lines.values()) line.ended('stopped');
      await finished;
    },
  };
}

/** What listr2 hands a task to show itself with. */
interface Shown {
  title: string;
  output: string;
  skip(): void;
}

/** A run in the list. It may get on, or end, before the list gets to it. */
class RunLine {
  #progress: RunProgress = notStarted;
  #drawn = -Infinity;
  #shown: Shown | undefined;
  #end: RunEnd | undefined;
  readonly #ended: Promise<void>;
  #resolve = (): void => undefined;

  constructor(private readonly name: string) {
    this.#ended = new Promise((resolve) => {
      this.#resolve = resolve;
    });
  }

  async show(shown: Shown): Promise<void> {
    this.#shown = shown;
    await this.#ended;
    const { accuracy } = this.#progress;
    if (this.#end === 'completed') {
      if (accuracy !== undefined) shown.title = `${this.name}: accuracy over samples ${accuracy.toFixed(4)}`;
      return;
    }
    // What has not begun is left out as it is.
    if (this.#progress !== notStarted) {
      shown.title = `${this.name}: ${this.#end === 'failed' ? 'failed' : 'interrupted'}`;
    }
    if (this.#end === 'failed') throw new Error('failed');
    shown.skip();
  }

  progressed(change: (progress: RunProgress) => RunProgress, frequent: boolean): void {
    this.#progress = change(this.#progress);
    if (frequent && this.#progress.now - this.#drawn < leastGap) return;
    this.#drawn = this.#progress.now;
    if (this.#shown !== undefined) this.#shown.output = progressLine(this.#progress);
  }

  ended(how: RunEnd): void {
    this.#end ??= how;
    this.#resolve();
  }
}
