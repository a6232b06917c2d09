import type { Observable } from 'rxjs';
import { observedSession } from '../../experiment/observed-session.js';
import { samplingSession } from './sampling-session.js';
import type { StudyEvent } from './study-events.js';
import type { StudySetup } from './study-setup.js';

/**
 * Table I and figures 3–5 of Solinas et al. 2020 as a cold stream of what happens while they are made: `study-started`; for
 * the ground truth classifier, and then for each cell that is not kept, `step-trained` and `epoch-measured` of each network,
 * `cell-completed` once its file is safe; then `study-completed`. Unsubscribing cancels; finished cells stay.
 *
 * The stream fails with a ReverieError: `bad-data` for samples that are not in [0, 1] or files that are no cells,
 * `bad-checkpoint` for cells of other choices, `diverged`, `bad-output`, `unknown-name` for a cell that is not there.
 */
export function samplingStudy(setup: StudySetup): Observable<StudyEvent> {
  return observedSession((signal) => samplingSession(setup, signal), setup.stop);
}
