import { join } from 'node:path';
import { z } from 'zod';
import type { RunEvent } from '../core/events.js';
import type { ObserverContext, RunObserver } from '../core/observer.js';
import { LineFile } from '../files/line-file.js';

export const curvesOptions = z.strictObject({
  every: z
    .int()
    .min(1)
    .max(1e9)
    .default(10)
    .describe('Of every so many iterations one is written, and the last of a task'),
});

/** Name of the file in a run's directory. */
export const curvesFile = 'curves.csv';

const header = 'task,iteration,name,value';

/**
 * Writes `curves.csv`: a line `task,iteration,name,value` for each loss (`loss/new`, `loss/replay`, …), each scalar of the
 * learner, each accuracy so far (`accuracy`), and each accuracy on a set seen so far (`accuracy/1`, …), 1 at most. In this
 * long form a table that gains columns with every task has none that are empty.
 *
 * A run that is resumed goes on in the file, which is first cut back to the checkpoint; one that goes on from another run
 * (`--from`) in a copy of that run's file, if it has one.
 */
export function curvesObserver({ every }: z.output<typeof curvesOptions>, { directory }: ObserverContext): RunObserver {
  const file = new LineFile(join(directory, curvesFile));
  return {
    observe(event) {
      if (event.type === 'run-started') {
        const place = { task: event.resumedAfter + 1, iteration: event.resumedAtIteration ?? 0 };
        const kept = file.open((content) => bytesUpTo(content.toString('utf8'), place));
        if (kept === 0) file.write(header);
        return;
      }
      for (const line of linesOf(event, every)) file.write(line);
      // What is behind its checkpoint could not be continued.
      if (event.type === 'checkpoint-started' || event.type === 'task-ended') file.flush(true);
    },
    close() {
      file.close();
    },
  };
}

function linesOf(event: RunEvent, every: number): readonly string[] {
  switch (event.type) {
    case 'batch-trained': {
      const { task, iteration, iterations, losses } = event;
      if (iteration % every !== 0 && iteration !== iterations) return [];
      return Object.entries(losses).map(([name, value]) => line(task, iteration, `loss/${name}`, value));
    }
    case 'scalars': {
      const { task, iteration, values } = event;
      return Object.entries(values).map(([name, value]) => line(task, iteration, name, value));
    }
    case 'evaluated': {
      const { task, iteration, accuracy, accuracies } = event;
      const each = accuracies.map((value, i) => line(task, iteration, `accuracy/${i + 1}`, value));
      return [line(task, iteration, 'accuracy', accuracy), ...each];
    }
    default:
      return [];
  }
}

/** Names are quoted as RFC 4180 has it where they need to be. */
function line(task: number, iteration: number, name: string, value: number): string {
  const quoted = /[",\r\n]/.test(name) ? `"${name.replaceAll('"', '""').replaceAll(/[\r\n]+/g, ' ')}"` : name;
  return `${task},${iteration},${quoted},${value}`;
}

/** Bytes of the lines up to a task's iteration, that one included. */
function bytesUpTo(content: string, place: { readonly task: number; readonly iteration: number }): number {
  let bytes = 0;
  for (const [i, text] of content.split('\n').slice(0, -1).entries()) {
    const [, task, iteration] = /^(\d+),(\d+),/.exec(text)?.map(Number) ?? [];
    const before =
      i === 0
        ? text === header
        : task !== undefined && (task < place.task || (task === place.task && (iteration ?? 0) <= place.iteration));
    if (!before) break;
    bytes += Buffer.byteLength(text) + 1;
  }
  return bytes;
}
