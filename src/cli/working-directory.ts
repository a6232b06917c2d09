import { ReverieError } from '../core/errors.js';

/**
 * The working directory.
 *
 * @throws ReverieError `bad-usage` where somebody has deleted it, and with it whatever is named from there
 */
export function workingDirectory(process: { cwd(): string }): string {
  try {
    return process.cwd();
  } catch (cause) {
    throw new ReverieError(
      'bad-usage',
      'the working directory is gone; change to one that is there, and call reverie again',
      { cause },
    );
  }
}
