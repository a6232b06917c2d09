import type { RunEvent } from '../../core/events.js';
import { formatSeconds } from '../../report/units.js';
import type { Display } from './display.js';

/** For pipes and files: a line when a task starts and one when it ends; of quick tasks only the latter. */
export function plainDisplay(write: (line: string) => void, clock: () => number): Display {
  return async (runs) => {
    for (const run of runs) {
      const lines = new RunLines(run.learner, write, clock);
      const { completed } = await run.perform((event) => {
        lines.tell(event);
      });
      if (!completed) return;
    }
  };
}

/** Milliseconds; a start that follows a line sooner is not worth another. */
const leastGap = 1000;

class RunLines {
  readonly #learner: string;
  readonly #write: (line: string) => void;
  readonly #clock: () => number;
  #tasks: number | string = '?';
  #taskBegan = 0;
  #lastLine = -Infinity;
  #accuracy = Number.NaN;

  constructor(learner: string, write: (line: string) => void, clock: () => number) {
    this.#learner = learner;
    this.#write = write;
    this.#clock = clock;
  }

  tell(event: RunEvent): void {
    const now = this.#clock();
    switch (event.type) {
      case 'run-started':
        this.#tasks = event.tasks ?? '?';
        if (event.resumedAfter > 0) this.#line(`resumes after task ${event.resumedAfter}/${this.#tasks}`, now);
        break;
      case 'task-started': {
        this.#taskBegan = now;
        const samples = event.samples.toLocaleString('en');
        if (now - this.#lastLine < leastGap) break;
        this.#line(`task ${event.task}/${this.#tasks}, classes ${event.classes.join(', ')}, ${samples} samples`, now);
        break;
      }
      case 'evaluated':
        this.#accuracy = event.accuracy;
        break;
      case 'task-ended': {
        const took = formatSeconds((now - this.#taskBegan) / 1000);
        const accuracy = this.#accuracy.toFixed(4);
        this.#line(`task ${event.task}/${this.#tasks} done in ${took}, accuracy so far ${accuracy}`, now);
        break;
      }
    }
  }

  #line(text: string, now: number): void {
    this.#lastLine = now;
    this.#write(`${this.#learner}: ${text}`);
  }
}
