import { access } from 'node:fs/promises';
import { ReverieError } from '../core/errors.js';

/**
 * Makes sure that a file to be written is not there yet.
 *
 * @param option that named the file, for the message
 * @throws ReverieError `bad-output` where it is
 */
export async function refuseToReplace(path: string, option = '--out'): Promise<void> {
  const there = await access(path).then(
    () => true,
    () => false,
  );
  if (there) {
    throw new ReverieError('bad-output', `${path} is there already; give --force to replace it, or another ${option}`);
  }
}
