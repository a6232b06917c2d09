import type { Composition } from '../di/composition.js';
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
