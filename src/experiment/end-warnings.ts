import type { Warning } from '../core/events.js';
import { shortList } from '../core/short-list.js';
import { missingClasses } from '../metrics/metric-values.js';
import { mean } from '../metrics/statistics/sample.js';
import type { RunState } from './reduce-run.js';

/**
 * What a finished run has to be warned of: replay that fails silently is the commonest fault of this field, so it is
 * looked for in every run.
 */
export function endWarnings(measured: RunState): readonly Warning[] {
  return [dreamsMissAClass(measured), replayDoesNothing(measured)].flatMap((warning) => warning ?? []);
}

/** Tasks that a warning says something of, the last ones. */
const mostTasks = 3;

/** Of each task the last look at the dreams counts: it shows the memory that the next task is learnt with. */
function dreamsMissAClass({ dreams }: RunState): Warning | undefined {
  const lastLooks = new Map(dreams.filter((look) => look.count > 0).map((look) => [look.task, look]));
  const missing = [...lastLooks.values()].flatMap((look) => {
    const classes = missingClasses(look);
    return classes.length === 0 ? [] : [`${shortList(classes, 8)} in task ${look.task} (of ${look.count} dreams)`];
  });
  if (missing.length === 0) return undefined;
  const earlier = missing.length - mostTasks;
  const more = earlier > 0 ? `; … and in ${earlier} earlier tasks` : '';
  return {
    type: 'warning',
    code: 'dreams-miss-a-class',
    message:
      `dreams miss seen classes: ${missing.slice(-mostTasks).join('; ')}${more}; what is not dreamt is forgotten: try a sampler that is seeded in ` +
      'latent space or balances classes, more training of the memory, or a larger code',
  };
}

/** Chance is 1 / number of seen classes: a learner that guesses blindly among them reaches it. */
function replayDoesNothing({ replays, rows, tasks }: RunState): Warning | undefined {
  const earlier = mean((rows.at(-1) ?? []).slice(0, -1));
  const chance = 1 / tasks.flat().length;
  if (!replays || earlier === undefined || earlier > chance) return undefined;
  return {
    type: 'warning',
    code: 'replay-does-nothing',
    message:
      `replay is no better than fine-tuning: accuracy on earlier tasks is ${earlier.toFixed(3)} after the last one, ` +
      `chance is ${chance.toFixed(3)}; look whether the replay loss reaches the optimiser, what the dreams look like and ` +
      'whether their labels are right',
  };
}
