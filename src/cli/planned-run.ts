import { firstValueFrom } from 'rxjs';
import { ReverieError } from '../core/errors.js';
import { openRunDirectory, type OpenedRun } from '../experiment/run-directory.js';
import type { RunSetup } from '../experiment/run-setup.js';
import { runEvents } from '../experiment/run.js';

/** A run that can start: its set-up, and the directory that is opened for it. */
export interface PlannedRun {
  readonly setup: RunSetup;
  readonly opened: OpenedRun;
}

/**
 * Opens the directories of all runs, and looks at what is there to be resumed. Only then may the first run start: what
 * the last one would trip over is better known before.
 *
 * @throws bad-output, bad-checkpoint, bad-data
 */
export async function planRuns(
  setups: readonly RunSetup[],
  out: string,
  resume: boolean,
): Promise<readonly PlannedRun[]> {
  const planned: PlannedRun[] = [];
  for (const setup of setups) {
    const { scenario, learnerName: learner, seed } = setup;
    const opened = await openRunDirectory(out, { scenario, learner, seed }, resume);
    const resumed = { ...setup, checkpoints: opened.directory.checkpoints, resume: opened.state === 'unfinished' };
    if (opened.state === 'finished') refuseOther(setup, opened);
    // A run checks its checkpoint before it tells that it started, and has done nothing else by then.
    else if (resumed.resume) await firstValueFrom(runEvents(resumed));
    planned.push({ setup: resumed, opened });
  }
  return planned;
}

function refuseOther({ scenarioDigest }: RunSetup, { result, directory }: OpenedRun & { state: 'finished' }): void {
  if (result.scenarioDigest === scenarioDigest) return;
  throw new ReverieError(
    'bad-checkpoint',
    `${directory.path} holds the finished run of another scenario of that name, expected digest ${scenarioDigest}, it has ` +
      `${result.scenarioDigest}; run without --resume, or with another --out`,
  );
}
