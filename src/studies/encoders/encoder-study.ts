import type { Observable } from 'rxjs';
import { encoderStudyVersion, type EncoderCell, type EncoderStudy } from './encoder-result.js';
import { observedSession } from '../../experiment/observed-session.js';
import { cellSession } from '../cell-session.js';
import type { AutoencoderTrained, EncoderEvent, ProbeFitted } from './encoder-events.js';
import { armsOf } from './encoder-plan.js';
import { cellsOf, checkNames, planJson, type EncoderSetup, type PlannedCell } from './encoder-setup.js';
import { makeCell } from './make-cell.js';
import { checkSamples } from './study-samples.js';
import { summarise } from './summarise.js';

/**
 * An encoder study as a cold stream of what happens while it is made: `study-started`; for each arm and seed that is not
 * kept, `autoencoder-trained` after each step, `probe-fitted`, `cell-completed` once its file is safe; then
 * `study-completed`. Unsubscribing cancels; finished cells stay.
 *
 * The stream fails with a ReverieError: `bad-data` for samples that are not in [0, 1] or files that are no cells,
 * `bad-usage` for groups and domains that do not fit the data, `bad-checkpoint` for cells of other choices, `diverged`,
 * `bad-output`.
 */
export function encoderStudy(setup: EncoderSetup): Observable<EncoderEvent> {
  return observedSession((signal) => session(setup, signal), setup.stop);
}

async function* session(setup: EncoderSetup, signal: AbortSignal): AsyncGenerator<EncoderEvent, void, undefined> {
  const { plan, dataset, engine } = setup;
  checkNames(plan);
  checkSamples(dataset, plan, setup.validate);
  const arms = armsOf(plan);
  yield* cellSession<PlannedCell, EncoderCell, EncoderStudy, AutoencoderTrained | ProbeFitted>(
    {
      store: setup.store,
      planned: cellsOf(plan),
      title: ({ arm, seed }) => `${arm.name}, seed ${seed}`,
      make: (cell, index, of) => makeCell(setup, cell, (share) => (index + share) / of, signal),
      study: (cells) => ({
        version: encoderStudyVersion,
        name: setup.name,
        dataset: dataset.name,
        measuredOn: setup.validate ? 'validation' : 'test',
        seeds: plan.seeds,
        engine: engine.name,
        versions: { ...setup.versions, ...engine.versions },
        configuration: planJson(plan),
        arms,
        cells,
        summary: summarise(arms, cells),
      }),
    },
    signal,
  );
}
