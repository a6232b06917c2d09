import { cut, formatSeconds } from '../../report/page.js';
import type { Output } from '../cli-context.js';

/** Seconds between two lines of progress: in a terminal they take each other's place. */
const gaps = { terminal: 0.2, file: 15 };

/** Seconds before the time left is shown: what the first steps set up would be taken for their pace. */
const leastSeconds = 2;

export interface StudyDisplay {
  /** Writes a line that stays. */
  readonly line: (text: string) => void;
  /** Shows what is being done, and how much of the whole is done: in [0, 1]. */
  readonly progress: (doing: string, done: number) => void;
  /** Takes away what will not be rewritten any more. */
  readonly end: () => void;
}

/** Shows how a study gets on: a line for each trial that is finished, and below it what is trained and how long it takes. */
export function studyDisplay(out: Output, clock: () => number): StudyDisplay {
  const gap = out.terminal ? gaps.terminal : gaps.file;
  let began: { readonly at: number; readonly done: number } | undefined;
  let shown = -Infinity;
  let drawn = false;
  const end = (): void => {
    if (drawn) out.write('\r\u001b[K');
    drawn = false;
  };
  return {
    end,
    line(text) {
      end();
      out.write(`${text}\n`);
    },
    progress(doing, done) {
      const now = clock() / 1000;
      began ??= { at: now, done };
      if (now - shown < gap) return;
      shown = now;
      const text = `  ${progressText(doing, done, done - began.done, now - began.at)}`;
      if (out.terminal) out.write(`\r${cut(text, { width: out.width - 1 })}\u001b[K`);
      else out.write(`${text}\n`);
      drawn = out.terminal;
    },
  };
}

/**
 * Such as `deep-ae: autoencoder, epoch 3/10, loss 71.2 · 34 % done, about 2 min 05 s left`.
 *
 * @param here how much of the whole was done in these seconds: what was finished before took none of them
 */
function progressText(doing: string, done: number, here: number, seconds: number): string {
  const left =
    seconds < leastSeconds || here <= 0 ? '' : `, about ${formatSeconds((seconds * (1 - done)) / here)} left`;
  return `${doing} · ${Math.floor(100 * done)} % done${left}`;
}
