import { lstat, open, rm, type FileHandle } from 'node:fs/promises';
import { messageOf, ReverieError } from '../../core/errors.js';
import type { WorkContext } from '../../files/work.js';

/** What to download, and where to. */
export interface Download {
  readonly url: URL;
  /** The file that grows; what it holds already is not downloaded again. */
  readonly path: string;
  /** Size of the whole, as published. */
  readonly bytes: number;
  /** Milliseconds without a byte after which the connection counts as broken; a minute if not given. */
  readonly patience?: number;
}

/**
 * Downloads a file, going on where an earlier attempt ended (RFC 9110, range requests). A connection that breaks is made
 * anew as long as each one brings something. What came is kept whatever happens; whether it is the right file is for the
 * caller to see.
 *
 * @throws ReverieError `download-failed` where it does not come whole or has another size; the signal's reason where it
 *   was aborted
 */
export async function download(wanted: Download, { report, signal }: WorkContext): Promise<void> {
  for (;;) {
    const had = await sizeOf(wanted.path);
    if (had === wanted.bytes) return;
    try {
      await attempt(wanted, had, { report, signal });
      return;
    } catch (error) {
      signal.throwIfAborted();
      // What the file system refuses no new connection mends; of connections only the cause is a system's error.
      if (error instanceof ReverieError || (error instanceof Error && 'syscall' in error)) throw error;
      const has = await sizeOf(wanted.path);
      if (has <= had) throw failed(wanted.url, `${reasonOf(error)}; ${kept(has)}`, error);
      report({ type: 'step', text: `the connection broke after ${has} of ${wanted.bytes} bytes; going on from there` });
    }
  }
}

async function attempt(wanted: Download, had: number, { report, signal }: WorkContext): Promise<void> {
  const { url, path, bytes, patience = 60_000 } = wanted;
  const idle = new AbortController();
  const impatient = (): void => {
    idle.abort(new Error(`nothing came for ${patience / 1000} s`));
  };
  let timer = setTimeout(impatient, patience);
  try {
    const from = had < bytes ? had : 0;
    const response = await fetch(url, {
      // A server that packs once more would change every position in the file.
      headers: { 'accept-encoding': 'identity', ...(from > 0 ? { range: `bytes=${from}-` } : {}) },
      signal: AbortSignal.any([signal, idle.signal]),
    });
    const start = startOf(response, from, wanted);
    // What is there and no beginning of this file, a link among others, is not written to.
    if (start === 0) await rm(path, { force: true });
    const file = await open(path, start === 0 ? 'wx' : 'a');
    try {
      let done = start;
      for await (const piece of piecesOf(response)) {
        clearTimeout(timer);
        timer = setTimeout(impatient, patience);
        done += piece.length;
        if (done > bytes) throw await notTheFile(wanted, `more than the ${bytes} bytes that were published`);
        await writeAll(file, piece);
        report({ type: 'progress', done, total: bytes });
      }
      await file.sync();
      if (done < bytes) throw new Error(`it ended after ${done} of ${bytes} bytes`);
    } finally {
      await file.close();
    }
  } finally {
    clearTimeout(timer);
  }
}

/** Where in the file the answer begins. */
function startOf({ status, statusText, headers }: Response, from: number, { url, bytes }: Download): number {
  if (status === 200) {
    const length = headers.get('content-length');
    if (length === null || Number(length) === bytes) return 0;
    throw failed(url, `it has ${length} bytes there, ${bytes} were published; it is not the file`);
  }
  const range = /^bytes (\d+)-/.exec(headers.get('content-range') ?? '')?.[1];
  if (status === 206 && Number(range) === from) return from;
  throw failed(url, `the server answers ${status} ${statusText}`.trimEnd());
}

async function* piecesOf({ body }: Response): AsyncGenerator<Uint8Array> {
  if (body === null) return;
  // Node's streams are iterable; the types of the web's are not.
  for await (const piece of body as unknown as AsyncIterable<Uint8Array>) yield piece;
}

async function writeAll(file: FileHandle, piece: Uint8Array): Promise<void> {
  for (let at = 0; at < piece.length;) at += (await file.write(piece, at)).bytesWritten;
}

async function notTheFile({ url, path }: Download, what: string): Promise<ReverieError> {
  await rm(path, { force: true });
  return failed(url, `${what} come; it is not the file, nothing of it is kept`);
}

async function sizeOf(path: string): Promise<number> {
  const found = await lstat(path).catch(() => undefined);
  return found?.isFile() === true ? found.size : 0;
}

function kept(bytes: number): string {
  return bytes === 0
    ? 'nothing came'
    : `the ${bytes} bytes that came are kept, and the same command goes on from there`;
}

/** What `fetch` fails with hides the reason in its cause. */
function reasonOf(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
  return messageOf(cause) === '' ? code : messageOf(cause);
}

function failed({ origin, pathname }: URL, what: string, cause?: unknown): ReverieError {
  return new ReverieError(
    'download-failed',
    `${origin}${pathname} cannot be downloaded: ${what}; check the connection, name another place with --mirror, or a ` +
      'file that you have with --from',
    { cause },
  );
}
