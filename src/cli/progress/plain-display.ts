import { shortList } from '../../core/short-list.js';
import type { RunEvent } from '../../core/events.js';
import { formatSeconds } from '../../report/page.js';
import type { RunDisplay } from './display.js';

/** For pipes and files: a line when a task starts and one when it ends; of quick tasks only the latter. */
export function plainDisplay(write: (line: string) => void, clock: () => number): RunDisplay {
  const runs = new Map<string, RunLines>();
  return {
    progressed(run, event) {
      const lines = runs.get(run) ?? new RunLines(run, write, clock);
      runs.set(run, lines);
      lines.progressed(event);
    },
    ended(run, how) {
      if (how === 'failed') write(`${run}: failed`);
      runs.delete(run);
    },
    close: () => Promise.resolve(),
  };
}

/** Milliseconds; a start that follows a line sooner is not worth another. */
const leastGap = 1000;

class RunLines {
  readonly #run: string;
  readonly #write: (line: string) => void;
  readonly #clock: () => number;
  #tasks: number | string = '?';
  #taskBegan = 0;
  #lastLine = -Infinity;
  #accuracy = Number.NaN;

  constructor(run: string, write: (line: string) => void, clock: () => number) {
    this.#run = run;
    this.#write = write;
    this.#clock = clock;
  }

  progressed(event: RunEvent): void {
    const now = this.#clock();
    switch (event.type) {
      case 'run-started':
        this.#tasks = event.tasks ?? '?';
        if (event.resumedAtIteration !== undefined) {
          const place = `task ${event.resumedAfter + 1}/${this.#tasks}, after iteration ${event.resumedAtIteration}`;
          this.#line(`resumes in ${place}`, now);
        } else if (event.resumedAfter > 0) {
          this.#line(`resumes after task ${event.resumedAfter}/${this.#tasks}`, now);
        }
        break;
      case 'task-started': {
        this.#taskBegan = now;
        const samples = event.samples.toLocaleString('en');
        if (now - this.#lastLine < leastGap) break;
        this.#line(`task ${event.task}/${this.#tasks}, classes ${shortList(event.classes)}, ${samples} samples`, now);
        break;
      }
      case 'evaluated':
        this.#accuracy = event.accuracy;
        break;
      case 'task-ended': {
        const took = formatSeconds((now - this.#taskBegan) / 1000);
        const accuracy = this.#accuracy.toFixed(4);
        this.#line(`task ${event.task}/${this.#tasks} done in ${took}, accuracy over samples ${accuracy}`, now);
        break;
      }
    }
  }

  #line(text: string, now: number): void {
    this.#lastLine = now;
    this.#write(`${this.#run}: ${text}`);
  }
}
