import type { Encoder, EncoderUse } from '../core/encoder.js';
import { isReverieError, ReverieError } from '../core/errors.js';
import type { Warning } from '../core/events.js';
import { iterationsFor, type TrainingPlan } from '../core/experience.js';
import { isRecord } from '../core/snapshot.js';
import type { ContinualStream } from '../core/stream.js';
import type { PartChoice } from '../scenarios/scenario.js';

/**
 * Has an encoder check what it is going to be used for in a run, before anything of it begins; gives its warnings.
 *
 * @param dataset its name
 * @throws ReverieError of the encoder, with the name of the data set
 */
export async function checkEncoder(
  encoder: Encoder,
  plan: TrainingPlan,
  learner: PartChoice,
  dataset: string,
  stream: ContinualStream,
): Promise<readonly Warning[]> {
  if (encoder.check === undefined) return [];
  const use = await useOf(plan, learner, stream);
  try {
    return encoder.check(use);
  } catch (cause) {
    if (!isReverieError(cause)) throw cause;
    throw new ReverieError(cause.code, `data set "${dataset}": ${cause.message}`, { cause });
  }
}

/** The samples of each class as they first come, and the steps of the longest experience. */
async function useOf(plan: TrainingPlan, { options }: PartChoice, stream: ContinualStream): Promise<EncoderUse> {
  // All that a stream without an end has is measured from some experience on; what follows comes again.
  const last = stream.length ?? Math.max(...stream.evaluation.map(({ seenFrom }) => seenFrom));
  const labels: number[] = [];
  let iterations = 0;
  for await (const { index, train, newClasses } of stream.experiences) {
    const added = new Set(newClasses);
    for (let row = 0; row < train.size && added.size > 0; row++) {
      if (added.has(train.label(row))) labels.push(train.label(row));
    }
    iterations = Math.max(iterations, iterationsFor(plan, train.size));
    if (index >= last) break;
  }
  // A learner may train its memory at some of its own steps only, as rehearsal does, the first included.
  const every = isRecord(options) && typeof options['memoryEvery'] === 'number' ? options['memoryEvery'] : 1;
  return { train: { size: labels.length, label: (row) => labels[row] ?? -1 }, steps: Math.ceil(iterations / every) };
}
