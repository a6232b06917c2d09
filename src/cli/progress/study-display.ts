import { cut } from '../../report/page.js';
import { formatSeconds } from '../../report/units.js';
import type { Output } from '../cli-context.js';

/** Seconds between two lines of progress: in a terminal they take each other's place. */
const gaps = { terminal: 0.2, file: 15 };

/** Seconds before the time left is told: what the first steps set up would be taken for their pace. */
const leastSeconds = 2;

/** What an event of a study has to say: lines that stay, or what is being done and how much of the whole is, in [0, 1]. */
export type ProgressText = { readonly lines: readonly string[] } | { readonly doing: string; readonly done: number };

export interface StudyDisplay<Event> {
  readonly tell: (event: Event) => void;
  /** Takes away what will not be rewritten any more. */
  readonly end: () => void;
}

/**
 * Shows how a study gets on: a line for each cell that is finished, and below it what is trained and how long it takes.
 *
 * @param say the words for an event; nothing for one that is not told
 */
export function studyDisplay<Event>(
  out: Output,
  clock: () => number,
  say: (event: Event) => ProgressText | undefined,
): StudyDisplay<Event> {
  const gap = out.terminal ? gaps.terminal : gaps.file;
  let began: number | undefined;
  let shown = -Infinity;
  let drawn = false;
  const end = (): void => {
    if (drawn) out.write('\r\u001b[K');
    drawn = false;
  };
  return {
    end,
    tell(event) {
      const said = say(event);
      if (said === undefined) return;
      if ('lines' in said) {
        for (const line of said.lines) {
          end();
          out.write(`${line}\n`);
        }
        return;
      }
      const now = clock() / 1000;
      began ??= now;
      if (now - shown < gap) return;
      shown = now;
      const text = `  ${progressText(said.doing, said.done, now - began)}`;
      if (out.terminal) out.write(`\r${cut(text, { width: out.width - 1 })}\u001b[K`);
      else out.write(`${text}\n`);
      drawn = out.terminal;
    },
  };
}

/** Such as `deep-ae: autoencoder, epoch 3/10, loss 71.2 · 34 % done, about 2 min 05 s left`. */
function progressText(doing: string, done: number, seconds: number): string {
  const left =
    seconds < leastSeconds || done === 0 ? '' : `, about ${formatSeconds((seconds * (1 - done)) / done)} left`;
  return `${doing} · ${Math.floor(100 * done)} % done${left}`;
}
