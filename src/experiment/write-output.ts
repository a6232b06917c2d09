import { dirname } from 'node:path';
import { writeAtomically } from './atomic-write.js';
import { badOutput } from './bad-output.js';
import { makeDirectory } from './make-directory.js';

/**
 * Writes a file atomically; makes its directory where that is missing.
 *
 * @param option that named the file, for the message of an error
 * @throws ReverieError `bad-output` where the file system refuses
 */
export async function writeOutput(path: string, content: Uint8Array, option = '--out'): Promise<void> {
  await makeDirectory(dirname(path)).catch((error: unknown) => {
    throw badOutput(dirname(path), error, option);
  });
  await writeAtomically(path, (file) => file.writeFile(content), option);
}
