import type { Trial } from '../../src/core/trial.js';
import type { TrialContext, TrialKind } from '../../src/experiment/trials/trial-kind.js';
import { executeTrial } from '../../src/experiment/trials/trial-runner.js';

/** A trial that was run by itself: its events, and its result unless it was stopped. */
export interface RunTrial<Event, Result> {
  readonly events: readonly Event[];
  readonly result: Result | undefined;
}

export async function runTrial<Spec, Event, Result>(
  kind: TrialKind<Spec, Event, Result>,
  trial: Trial,
  { directory = '/nowhere', signal = new AbortController().signal }: Partial<TrialContext> = {},
  watch: (event: Event) => void = () => undefined,
): Promise<RunTrial<Event, Result>> {
  const events: Event[] = [];
  const result = await executeTrial(kind, trial, { directory, resume: false, signal }, (event) => {
    events.push(event);
    watch(event);
  });
  return { events, result };
}

/** The results of trials, one after the other in one process. */
export async function resultsOf<Spec, Event, Result>(
  kind: TrialKind<Spec, Event, Result>,
  trials: readonly Trial[],
): Promise<readonly Result[]> {
  const results: Result[] = [];
  for (const trial of trials) {
    const { result } = await runTrial(kind, trial);
    if (result !== undefined) results.push(kind.result.parse(result));
  }
  return results;
}
