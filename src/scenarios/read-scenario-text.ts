import { open } from 'node:fs/promises';
import { ReverieError, messageOf } from '../core/errors.js';

const maxBytes = 2 ** 20;

/** The text of a scenario file. @throws ReverieError `bad-scenario` where it cannot be read, is no file, or is too large */
export async function readScenarioText(path: string): Promise<string> {
  const handle = await open(path, 'r').catch((cause: unknown) => {
    throw new ReverieError('bad-scenario', `${path} cannot be read: ${messageOf(cause)}; expected a scenario file`, {
      cause,
    });
  });
  try {
    const stat = await handle.stat();
    if (!stat.isFile()) throw new ReverieError('bad-scenario', `${path} is not a file; expected a scenario file`);
    if (stat.size > maxBytes) {
      throw new ReverieError(
        'bad-scenario',
        `${path} has ${stat.size} bytes; expected a scenario, at most ${maxBytes}`,
      );
    }
    return await handle.readFile('utf8');
  } finally {
    await handle.close();
  }
}
