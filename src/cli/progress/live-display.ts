import { Listr, ListrLogger, ProcessOutput, type ListrDefaultRendererLogLevels } from 'listr2';
import type { Output } from '../cli-context.js';
import type { Display } from './display.js';
import { advance, notStarted, progressLine } from './run-progress.js';

/** Seconds; the progress of iterations is not drawn more often. */
const leastGap = 0.1;

/** For terminals: a list of the learners, with the progress of the present one below it. */
export function liveDisplay(out: Output, clock: () => number): Display {
  return async (runs) => {
    let interrupted = false;
    const list = new Listr<unknown, 'default', 'default'>(
      runs.map((run) => ({
        title: run.learner,
        skip: () => interrupted,
        task: async (_context: unknown, shown: Shown) => {
          let progress = notStarted;
          let drawn = -Infinity;
          const { completed } = await run.perform((event) => {
            progress = advance(progress, event, clock() / 1000);
            if (event.type === 'batch-trained' && progress.now - drawn < leastGap) return;
            drawn = progress.now;
            shown.output = progressLine(progress);
          });
          interrupted = !completed;
          const { accuracy } = progress;
          if (interrupted) {
            shown.title = `${run.learner}: interrupted`;
            shown.skip();
          } else if (accuracy !== undefined) shown.title = `${run.learner}: accuracy ${accuracy.toFixed(4)}`;
        },
      })),
      {
        // Ctrl-C is ours: the run is to end in good order.
        registerSignalListeners: false,
        // listr2 would ask the process whether it has a terminal; that question is answered already, for this output.
        fallbackRenderer: 'default',
        fallbackRendererCondition: true,
        fallbackRendererOptions: {
          // What goes wrong is told once, by whoever called.
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
    await list.run();
  };
}

/** What listr2 hands a task to show itself with. */
interface Shown {
  title: string;
  output: string;
  skip(): void;
}
