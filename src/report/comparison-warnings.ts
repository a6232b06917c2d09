import type { Warning } from '../core/events.js';
import type { RunResult } from '../core/result.js';

/**
 * What shows only when learners are compared: replay that is no better than fine-tuning. A learner that dreams, or keeps
 * samples, should beat the one that does nothing against forgetting; if it does not, its replay is most likely broken.
 */
export function comparisonWarnings(results: readonly RunResult[]): readonly Warning[] {
  const baseline = results.find(({ learner }) => learner === 'finetune');
  const floor = baseline?.metrics['accuracy']?.value;
  if (floor === undefined) return [];
  return results.flatMap((result): readonly Warning[] => {
    const accuracy = result.metrics['accuracy']?.value;
    // With a single task there is nothing to replay.
    if (accuracy === undefined || accuracy > floor || !replays(result) || result.tasks.length < 2) return [];
    return [
      {
        type: 'warning',
        code: 'replay-does-nothing',
        message:
          `replay of "${result.learner}" is no better than fine-tuning: ACC ${accuracy.toFixed(4)}, finetune has ` +
          `${floor.toFixed(4)}; look whether the replay loss reaches the optimiser, what the dreams look like and whether ` +
          'their labels are right',
      },
    ];
  });
}

function replays({ learner, dreams, footprint }: RunResult): boolean {
  return learner !== 'finetune' && (dreams.length > 0 || footprint.storedSamples > 0);
}
