import { fstatSync } from 'node:fs';
import { writeWhole } from '../files/file-system.js';

/** Where the command line writes to. */
export interface Output {
  readonly stream: NodeJS.WriteStream;
  /** Whether a person watches, so that lines may be rewritten. */
  readonly terminal: boolean;
  /** Characters per line; `Infinity` where nobody watches: a file is not cut. */
  readonly width: number;
  readonly colour: boolean;
  write(text: string): void;
}

/** All that the command line has of the process it runs in. */
export interface CliContext {
  readonly out: Output;
  readonly err: Output;
  /** How reverie was called, arguments included, fit to be typed again. */
  readonly command: string;
  /** Whether errors come with their stack. */
  readonly debug: boolean;
  /** Milliseconds from any beginning. */
  readonly clock: () => number;
  /**
   * Calls the listener when the user wants to stop; the process then does not end by itself. A second wish to stop
   * ends it at once.
   *
   * @returns takes the listener away
   */
  onInterrupt(listener: () => void): () => void;
}

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * A stream as an {@link Output}. Honours `NO_COLOR`, `FORCE_COLOR` and `TERM=dumb`.
 *
 * @param failed called where a file cannot be written, say on a full disk; other streams emit their errors
 */
export function outputTo(
  stream: NodeJS.WriteStream,
  environment: Environment,
  failed: (error: unknown) => void = (error) => {
    throw error;
  },
): Output {
  const file = fileBehind(stream);
  // Of a pipe all three are undefined, whatever their types say. A terminal that does not know its size cannot be drawn upon.
  const width = stream.isTTY && stream.columns > 0 ? stream.columns : Infinity;
  const terminal = width !== Infinity && stream.rows > 0 && environment['TERM'] !== 'dumb';
  return {
    stream,
    terminal,
    width,
    colour: wantsColour(environment) ?? terminal,
    write(text) {
      if (file === undefined) stream.write(text);
      else {
        try {
          writeWhole(file, text);
        } catch (error) {
          failed(error);
        }
      }
    },
  };
}

/** The descriptor of a stream that leads to a file or a device; undefined for pipes, sockets and terminals. */
function fileBehind({ fd, isTTY }: { readonly fd?: number; readonly isTTY?: boolean }): number | undefined {
  if (fd === undefined || isTTY === true) return undefined;
  const stat = fstatSync(fd);
  return stat.isFile() || stat.isCharacterDevice() || stat.isBlockDevice() ? fd : undefined;
}

/** What the environment says of colour, if it says anything; see https://no-color.org and https://force-color.org. */
function wantsColour(environment: Environment): boolean | undefined {
  if ((environment['NO_COLOR'] ?? '') !== '') return false;
  const forced = environment['FORCE_COLOR'];
  if (forced === undefined || forced === '') return undefined;
  return forced !== '0' && forced !== 'false';
}
