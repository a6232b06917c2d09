import type { Dataset } from '../core/dataset.js';
import type { Encoder, EncoderUse } from '../core/encoder.js';
import { isReverieError, ReverieError } from '../core/errors.js';
import type { Warning } from '../core/events.js';
import { iterationsFor } from '../core/experience.js';
import { isRecord } from '../core/snapshot.js';
import { rowsByClass, rowsOf } from '../streams/rows-by-class.js';
import type { PartChoice, Scenario } from '../scenarios/scenario.js';

/**
 * Has an encoder look at what it is going to be used for in a run, before anything of it begins; gives its warnings.
 *
 * @param groups the classes of each task
 * @throws ReverieError of the encoder, with the name of the data set
 */
export function checkEncoder(
  encoder: Encoder,
  scenario: Scenario,
  learner: PartChoice,
  dataset: Dataset,
  groups: readonly (readonly number[])[],
): readonly Warning[] {
  if (encoder.check === undefined) return [];
  try {
    return encoder.check(useOf(scenario, learner, dataset, groups));
  } catch (cause) {
    if (!isReverieError(cause)) throw cause;
    throw new ReverieError(cause.code, `data set "${dataset.name}": ${cause.message}`, { cause });
  }
}

function useOf(
  { plan, samplesPerClass }: Scenario,
  { options }: PartChoice,
  { train }: Dataset,
  groups: readonly (readonly number[])[],
): EncoderUse {
  const rows = rowsByClass(train, samplesPerClass?.train);
  const iterations = groups.map((classes) => iterationsFor(plan, rowsOf(rows, classes).length));
  // A learner may train its memory at some of its own steps only, as rehearsal does, the first included.
  const every = isRecord(options) && typeof options['memoryEvery'] === 'number' ? options['memoryEvery'] : 1;
  return { train: train.select(rowsOf(rows, groups.flat())), steps: Math.ceil(Math.max(...iterations) / every) };
}
