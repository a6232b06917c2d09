import { formatSeconds } from '../../report/units.js';
import type { StudyEvent } from '../../studies/sampling/study-events.js';
import type { ProgressText } from './study-display.js';

const stages = {
  teacher: 'ground truth classifier',
  memory: 'autoencoder',
  student: 'classifier under training',
} as const;

/** How the making of Table I is told: each cell with its accuracy and the paper's, each step with its loss. */
export function describeSamplingEvent(event: StudyEvent): ProgressText | undefined {
  switch (event.type) {
    case 'study-started':
      return {
        lines: event.kept.map(({ title, accuracy }) => `${title}: accuracy ${accuracy.toFixed(4)}, made before`),
      };
    case 'cell-completed': {
      const { title, accuracy, paper, seconds } = event.cell;
      return {
        lines: [`${title}: accuracy ${accuracy.toFixed(4)}, paper ${paper.toFixed(3)}, ${formatSeconds(seconds)}`],
      };
    }
    case 'step-trained': {
      const { cell, stage, epoch, epochs, loss, done } = event;
      return { doing: `${cell}: ${stages[stage]}, epoch ${epoch}/${epochs}, loss ${loss.toPrecision(3)}`, done };
    }
    default:
      return undefined;
  }
}
