import { ReverieError } from '../../core/errors.js';
import type { Dreams, DreamSource } from '../../core/memory.js';
import { joined } from '../../core/tensor.js';

/** Dreams drawn at once: bounds the memory that the drawing takes. */
const atOnce = 1000;

/**
 * So many dreams of a memory, a thousand at once.
 *
 * @throws ReverieError `bad-checkpoint` where it has nothing to dream of, `diverged` for dreams that are not finite
 */
export async function drawDreams(memory: DreamSource, count: number): Promise<Dreams> {
  const parts: Dreams[] = [];
  for (let from = 0; from < count; from += atOnce) {
    const dreams = await memory.dream(Math.min(atOnce, count - from));
    if (dreams === undefined) {
      throw new ReverieError(
        'bad-checkpoint',
        'the memory has consolidated nothing yet, so it has nothing to dream of',
      );
    }
    parts.push(dreams);
  }
  const features = joined(parts.map((part) => part.features));
  checkFinite(features);
  const logits = joined(parts.map((part) => part.logits));
  const acceptances = parts.flatMap(({ acceptance }) => acceptance ?? []);
  const total = (of: 'proposed' | 'accepted'): number => acceptances.reduce((sum, draw) => sum + draw[of], 0);
  return {
    ...{ ...parts[0], count, features, logits, classes: parts[0]?.classes ?? [] },
    ...(acceptances.length > 0 && { acceptance: { proposed: total('proposed'), accepted: total('accepted') } }),
  };
}

/** @throws ReverieError `diverged` where a value of dreams is not finite */
export function checkFinite(features: Float32Array): void {
  if (features.every(Number.isFinite)) return;
  throw new ReverieError(
    'diverged',
    'dreams of the memory hold values that are not finite numbers: its training has diverged, or its noise is too large; ' +
      'run the scenario again with a smaller learning rate, or a smaller lambda',
  );
}

/** The first of the dreams, `most` of them; all where they are fewer. */
export function firstDreams({ features, logits, classes, count }: Dreams, most: number): Dreams {
  const wanted = Math.min(count, most);
  return {
    count: wanted,
    features: features.subarray(0, (features.length / count) * wanted),
    logits: logits.subarray(0, classes.length * wanted),
    classes,
  };
}
