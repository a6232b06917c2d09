import { realpath } from 'node:fs/promises';
import { isAbsolute, relative } from 'node:path';
import { ReverieError } from '../core/errors.js';
import { printable } from '../core/printable.js';

/** The variable of the environment by which a user lets scenarios name files outside `--data-dir`. */
const permission = 'REVERIE_ANY_PATH';

/**
 * Makes sure that a path which a scenario names does not lead out of the folder that the user gave for data: neither by `..`
 * or an absolute path, nor by a link. A file that is not there is for whoever reads it to report.
 *
 * @param env may hold the user's permission
 * @throws ReverieError `bad-data` where it leads out and the user has not allowed it
 */
export async function checkInside(
  path: string,
  folder: string,
  env: Readonly<Record<string, string | undefined>> = process.env,
): Promise<void> {
  if (env[permission] === '1') return;
  const [real, base] = await Promise.all([path, folder].map((one) => realpath(one).catch(() => undefined)));
  const lexical = relative(folder, path);
  const actual = real === undefined || base === undefined ? lexical : relative(base, real);
  if (![lexical, actual].some((way) => way.split(/[\\/]/)[0] === '..' || isAbsolute(way))) return;
  throw new ReverieError(
    'bad-data',
    `${printable(path, 200)} leads out of --data-dir ${folder}${real === undefined ? '' : `, to ${printable(real, 200)}`}; ` +
      `expected a file in it; with ${permission}=1 in the environment scenarios may name any file`,
  );
}
