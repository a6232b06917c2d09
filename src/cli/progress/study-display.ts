import { cut } from '../../report/page.js';
import { formatSeconds } from '../../report/units.js';
import type { StudyEvent } from '../../studies/study-events.js';
import type { Output } from '../surroundings.js';

/** Seconds between two lines of progress: in a terminal they take each other's place. */
const gaps = { terminal: 0.2, file: 15 };

/** Seconds before the time left is told: what the first steps set up would be taken for their pace. */
const leastSeconds = 2;

export interface StudyDisplay {
  readonly tell: (event: StudyEvent) => void;
  /** Takes away what will not be rewritten any more. */
  readonly end: () => void;
}

/** Shows how a study gets on: a line for each cell that is finished, and below it what is trained and how long it takes. */
export function studyDisplay(out: Output, clock: () => number): StudyDisplay {
  const gap = out.terminal ? gaps.terminal : gaps.file;
  let began: number | undefined;
  let shown = -Infinity;
  let drawn = false;
  const end = (): void => {
    if (drawn) out.write('\r\u001b[K');
    drawn = false;
  };
  const line = (text: string): void => {
    end();
    out.write(`${text}\n`);
  };
  return {
    end,
    tell(event) {
      const now = clock() / 1000;
      if (event.type === 'study-started') {
        for (const { title, accuracy } of event.kept) line(`${title}: accuracy ${accuracy.toFixed(4)}, made before`);
        return;
      }
      if (event.type === 'cell-completed') {
        const { title, accuracy, paper, seconds } = event.cell;
        line(`${title}: accuracy ${accuracy.toFixed(4)}, paper ${paper.toFixed(3)}, ${formatSeconds(seconds)}`);
        return;
      }
      if (event.type !== 'step-trained') return;
      began ??= now;
      if (now - shown < gap) return;
      shown = now;
      const text = `  ${progressText(event, now - began)}`;
      if (out.terminal) out.write(`\r${cut(text, { width: out.width - 1 })}\u001b[K`);
      else out.write(`${text}\n`);
      drawn = out.terminal;
    },
  };
}

const stages = {
  teacher: 'ground truth classifier',
  memory: 'autoencoder',
  student: 'classifier under training',
} as const;

/** Such as `deep-ae: autoencoder, epoch 3/10, loss 71.2 · 34 % done, about 2 min 05 s left`. */
function progressText(event: Extract<StudyEvent, { type: 'step-trained' }>, seconds: number): string {
  const { cell, stage, epoch, epochs, loss, done } = event;
  const left =
    seconds < leastSeconds || done === 0 ? '' : `, about ${formatSeconds((seconds * (1 - done)) / done)} left`;
  const training = `${cell}: ${stages[stage]}, epoch ${epoch}/${epochs}, loss ${loss.toPrecision(3)}`;
  return `${training} · ${Math.floor(100 * done)} % done${left}`;
}
