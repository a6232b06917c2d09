import type { WorkEvent } from '../../files/work.js';
import { cut, formatBytes, formatSeconds } from '../../report/page.js';
import type { Output } from '../cli-context.js';

/** Seconds between two lines of progress: in a terminal they take each other's place. */
const gaps = { terminal: 0.2, file: 10 };

export interface WorkDisplay {
  readonly report: (event: WorkEvent) => void;
  /** Takes away what will not be rewritten any more. */
  readonly end: () => void;
}

/** Shows how work that takes a while gets on: a line a step, and below it the bytes, the rate and the time left. */
export function workDisplay(out: Output, clock: () => number): WorkDisplay {
  const gap = out.terminal ? gaps.terminal : gaps.file;
  let began = 0;
  let shown = 0;
  let drawn = false;
  const end = (): void => {
    if (drawn) out.write('\r\u001b[K');
    drawn = false;
  };
  return {
    end,
    report(event) {
      const now = clock() / 1000;
      if (event.type === 'step') {
        end();
        out.write(`${event.text}\n`);
        began = now;
        shown = now;
      } else if (now - shown >= gap) {
        shown = now;
        const line = `  ${progressText(event, now - began)}`;
        if (out.terminal) out.write(`\r${cut(line, { width: out.width - 1 })}\u001b[K`);
        else out.write(`${line}\n`);
        drawn = out.terminal;
      }
    },
  };
}

/** Such as `120 MiB of 261 MiB, 12 MiB/s, 11.8 s left`. */
function progressText({ done, total, unit }: Extract<WorkEvent, { type: 'progress' }>, seconds: number): string {
  const rate = done / seconds;
  const amount = unit === undefined ? formatBytes : (count: number) => `${Math.round(count)} ${unit}`;
  const parts = [total === undefined ? amount(done) : `${amount(Math.min(done, total))} of ${amount(total)}`];
  if (Number.isFinite(rate) && rate > 0) {
    parts.push(`${amount(rate)}/s`);
    if (total !== undefined) parts.push(`${formatSeconds(Math.max(0, total - done) / rate)} left`);
  }
  return parts.join(', ');
}
