import { ReverieError } from './errors.js';
import { isRecord, type Json } from './snapshot.js';

/**
 * The `classes` of a piece of saved JSON.
 *
 * @param whose what was saved, for the message: "a classifier's saved state"
 * @throws bad-checkpoint where it has none, or they are no numbers
 */
export function savedClasses(json: Json | undefined, whose: string): readonly number[] {
  const classes = json !== undefined && isRecord(json) ? json['classes'] : undefined;
  if (!Array.isArray(classes) || !classes.every((label): label is number => typeof label === 'number')) {
    throw new ReverieError('bad-checkpoint', `${whose} has no classes; the checkpoint is not usable`);
  }
  return classes;
}
