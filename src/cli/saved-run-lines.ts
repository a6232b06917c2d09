import type { SavedRun } from '../experiment/saved-run.js';

/** Whose learner it is, how far it came, and how good it was then. */
export function savedRunHeadline({ checkpoint }: SavedRun): string {
  const { task, identity, progress } = checkpoint;
  const accuracy = progress.measured.anytime.at(-1)?.accuracy;
  const measured = accuracy === undefined ? '' : `, accuracy ${accuracy.toFixed(4)} on the test data of its classes`;
  return `${identity.learner}, seed ${identity.seed}, after ${task === 1 ? 'one task' : `${task} tasks`}${measured}`;
}

/**
 * What to know of a saved run before its learner is used.
 *
 * @param version of this reverie
 */
export function savedRunWarnings({ path, finished, checkpoint }: SavedRun, version: string): readonly string[] {
  const { task, identity } = checkpoint;
  return [
    ...(finished
      ? []
      : [`warning: the run in ${path} is not finished; this is its learner as it was after task ${task}`]),
    ...(identity.reverie === version ? [] : [`warning: the run is of reverie ${identity.reverie}, this is ${version}`]),
  ];
}
