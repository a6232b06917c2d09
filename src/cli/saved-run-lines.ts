import { placeText } from '../experiment/checkpoint.js';
import type { SavedRun } from '../experiment/saved-run.js';

/** Whose learner it is, how far it came, and how good it was then. */
export function savedRunHeadline({ checkpoint }: SavedRun): string {
  const { state } = checkpoint;
  const { learner, seed } = state.description;
  const accuracy = state.anytime.at(-1)?.accuracy;
  const measured =
    accuracy === undefined ? '' : `, accuracy over samples ${accuracy.toFixed(4)} on the test data of its classes`;
  return `${learner}, seed ${seed}, ${placeText(checkpoint)}${measured}`;
}

/**
 * What to know of a saved run before its learner is used.
 *
 * @param version of this reverie
 */
export function savedRunWarnings({ path, finished, checkpoint }: SavedRun, version: string): readonly string[] {
  const { reverie = 'unknown' } = checkpoint.state.description.versions;
  return [
    ...(finished
      ? []
      : [`warning: the run in ${path} is not finished; this is its learner as it was ${placeText(checkpoint)}`]),
    ...(reverie === version ? [] : [`warning: the run is of reverie ${reverie}, this is ${version}`]),
  ];
}
