import { ReverieError, messageOf } from '../core/errors.js';
import { readGiven, type Expected } from '../files/given-file.js';

const maxBytes = 2 ** 19;

const expected: Expected = {
  maxBytes,
  what: 'a scenario file',
  remedy: '`reverie list` names those that come with reverie, and - reads one from standard input',
  code: 'bad-scenario',
};

/** What a scenario is called that comes from standard input. */
export const stdinName = '<stdin>';

/** What a person gives in the place of a file to have standard input read. */
export const stdinPath = '-';

/**
 * The text of a scenario file, or of standard input where the path is `-`.
 *
 * @throws ReverieError `bad-scenario` where it cannot be read, is no regular file, is too large, or is no UTF-8
 */
export async function readScenarioText(path: string): Promise<string> {
  return path === stdinPath ? decoded(await readStdin(), stdinName) : decoded(await readGiven(path, expected), path);
}

async function readStdin(): Promise<Buffer> {
  const pieces: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const piece of process.stdin as AsyncIterable<Buffer>) {
      bytes += piece.length;
      if (bytes > maxBytes) break;
      pieces.push(piece);
    }
  } catch (cause) {
    throw new ReverieError('bad-scenario', `standard input cannot be read: ${messageOf(cause)}; give a file`, {
      cause,
    });
  }
  if (bytes <= maxBytes) return Buffer.concat(pieces);
  throw new ReverieError('bad-scenario', `standard input has more than ${maxBytes} bytes; expected a scenario file`);
}

function decoded(bytes: Uint8Array, name: string): string {
  // Either mark of byte order, or every second byte a zero, as in ASCII texts without one.
  const [first, second, third] = bytes;
  const marked = (first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff);
  if (marked || (first !== undefined && (second === 0 || (first === 0 && third === 0)))) {
    throw new ReverieError(
      'bad-scenario',
      `${name} is text in UTF-16 or UTF-32; expected UTF-8; save it as UTF-8, or convert it with: iconv -f UTF-16 -t UTF-8`,
    );
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new ReverieError('bad-scenario', `${name} is not text in UTF-8; save it as UTF-8`, { cause });
  }
}
