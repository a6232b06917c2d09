import type { EncoderCell } from '../../studies/encoders/encoder-result.js';
import { formatSeconds } from '../../report/units.js';
import type { EncoderEvent } from '../../studies/encoders/encoder-events.js';
import type { ProgressText } from './study-display.js';

/** The progress of an encoder study in words: each cell with what its probes reach, each step with its loss. */
export function describeEncoderEvent(event: EncoderEvent): ProgressText | undefined {
  switch (event.type) {
    case 'study-started':
      return { lines: event.kept.map((cell) => `${cellText(cell)}, made before`) };
    case 'cell-completed':
      return { lines: [`${cellText(event.cell)}, ${formatSeconds(event.cell.seconds)}`] };
    case 'autoencoder-trained': {
      const { arm, seed, epoch, epochs, loss, done } = event;
      return { doing: `${arm}, seed ${seed}: epoch ${epoch}/${epochs}, loss ${loss.toPrecision(3)}`, done };
    }
    case 'probe-fitted':
      return { doing: `${event.arm}, seed ${event.seed}: probe ${event.probe}, ${event.task}`, done: event.done };
    case 'study-completed':
      return undefined;
  }
}

/** Such as `vanilla, icrst p=0.5, seed 1: linear 0.9105, knn 0.9330`. */
function cellText({ arm, seed, probes }: EncoderCell): string {
  const scores = probes
    .filter(({ target }) => target === 'classes')
    .map(({ probe, accuracy }) => `${probe} ${accuracy.toFixed(4)}`);
  return `${arm}, seed ${seed}: ${scores.join(', ')}`;
}
