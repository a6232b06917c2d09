import { toJson } from '../core/canonical-json.js';
import type { Composition, CompositionOptions } from '../di/composition.js';
import { processPool } from '../experiment/trials/process-pool.js';
import { inProcessRunner, type TrialRunner } from '../experiment/trials/trial-runner.js';
import type { EncoderServices } from '../studies/encoders/encoder-trial.js';

/** What the trials of studies take from a composition. */
export function studyServices(composition: Composition, clock: () => number): EncoderServices {
  return {
    dataset: (dataset) => composition.dataset({ dataset }),
    engine: async () => (await composition.engine()).engine,
    parts: () => composition.studyParts(),
    clock,
  };
}

/**
 * What runs the trials of a study: this process, or for more than one at a time a process for each.
 *
 * @param options of the composition, which such a process makes anew
 */
export function studyRunner(workers: number, options: CompositionOptions): TrialRunner {
  if (workers === 1) return inProcessRunner;
  const environment = toJson(options) ?? {};
  // Of a reverie that runs as it was written, as in its own tests, the worker is as well.
  const file = import.meta.url.endsWith('.ts') ? './study-worker.ts' : './study-worker.js';
  return processPool({ worker: new URL(file, import.meta.url), environment });
}
