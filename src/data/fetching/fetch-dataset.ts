import { createWriteStream } from 'node:fs';
import { readdir, rename, rm, stat } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { messageOf, ReverieError } from '../../core/errors.js';
import type { Machine } from '../../files/cache-folder.js';
import { sha256Of, sha256OfContent } from '../../files/digest.js';
import { diskReason, isFile, isSystemError, makeDirectory } from '../../files/file-system.js';
import { givenPieces } from '../../files/given-file.js';
import { isAlive, withLock } from '../../files/lock.js';
import type { WorkContext } from '../../files/work.js';
import {
  datasetFolder,
  published,
  type PublishedDataset,
  type PublishedFile,
  type PublishedName,
} from '../published.js';
import { download } from './download.js';

export interface FetchOptions extends WorkContext {
  /** Where to download from instead: a URL below which the files lie. */
  readonly mirror?: string;
  /** A file, or a folder with the files, to take instead of downloading. */
  readonly from?: string;
}

/** What fetching works on; for tests. */
export interface FetchPlace {
  readonly machine: Machine;
  readonly catalogue: Readonly<Record<PublishedName, PublishedDataset>>;
}

/** Where a data set is now. */
export interface Fetched {
  readonly folder: string;
  readonly files: readonly string[];
}

/**
 * Puts the published files of a data set into the user's cache. A file that is there already, digest right, stays; one
 * that comes gets its name only once its digest is right. Of two at once one waits for the other.
 *
 * @throws bad-usage, bad-data for what `mirror` and `from` name; download-failed; bad-output where the cache cannot be
 *   written; the signal's reason where it was aborted
 */
export async function fetchDataset(
  name: PublishedName,
  options: FetchOptions,
  place: Partial<FetchPlace> = {},
): Promise<Fetched> {
  const { report, signal } = options;
  const { files, url }: PublishedDataset = (place.catalogue ?? published)[name];
  if (options.mirror !== undefined && options.from !== undefined) {
    throw new ReverieError('bad-usage', 'both --mirror and --from are given; give the one that it should come from');
  }
  const base = options.mirror === undefined ? new URL(url) : mirrorUrl(options.mirror);
  const folder = datasetFolder(name, place.machine);
  try {
    await makeDirectory(folder);
    const waiting = (pid: number): void => {
      report({ type: 'step', text: `waiting for another process (${pid}) that fetches ${name}` });
    };
    return await withLock(join(folder, 'fetch.lock'), signal, waiting, async () => {
      await sweep(folder);
      const paths: string[] = [];
      for (const file of files) paths.push(await have(file, folder, base, options));
      return { folder, files: paths };
    });
  } catch (error) {
    // Streams and requests have errors of their own for being aborted.
    throw signal.aborted ? signal.reason : cacheError(error, folder);
  }
}

async function have(file: PublishedFile, folder: string, base: URL, options: FetchOptions): Promise<string> {
  const { report, signal } = options;
  const target = join(folder, file.name);
  if ((await whyOther(target, file, signal)) === undefined) {
    report({ type: 'step', text: `${file.name} is there, its digest is right` });
    return target;
  }
  if (options.from !== undefined) return copied(file, options.from, target, options);
  const partial = `${target}.part`;
  const resumed = (await isFile(partial)) ? 'going on with' : 'downloading';
  report({ type: 'step', text: `${resumed} ${file.name} from ${base.origin}${base.pathname}` });
  const wanted = { url: new URL(file.name, base), path: partial, bytes: file.bytes };
  await download(wanted, options);
  let other = await whyOther(partial, file, signal);
  if (other !== undefined && resumed !== 'downloading') {
    report({ type: 'step', text: `the beginning of ${file.name} was of another file; downloading all of it` });
    await rm(partial);
    await download(wanted, options);
    other = await whyOther(partial, file, signal);
  }
  if (other !== undefined) {
    await rm(partial, { force: true });
    throw new ReverieError(
      'download-failed',
      `what came from ${wanted.url.origin}${wanted.url.pathname} is not the published file: ${other}; nothing of it is ` +
        'kept; name another place with --mirror, or a file that you have with --from',
    );
  }
  await rename(partial, target);
  return target;
}

async function copied(
  file: PublishedFile,
  from: string,
  target: string,
  { report, signal }: WorkContext,
): Promise<string> {
  const source = await sourceOf(file, from);
  const temporary = `${target}.partial-${process.pid}`;
  report({ type: 'step', text: `copying ${source}` });
  try {
    const remedy = `give the published ${file.name}`;
    await pipeline(
      givenPieces(source, { what: 'a file of the data set', remedy }),
      createWriteStream(temporary, { flags: 'wx', flush: true }),
      { signal },
    );
    // The copy is looked at, not what it was made from: that may change meanwhile.
    const other = await whyOther(temporary, file, signal);
    if (other !== undefined) {
      throw new ReverieError(
        'bad-data',
        `--from: ${source} is not the published ${file.name}: ${other}; nothing was kept`,
      );
    }
    await rename(temporary, target);
  } finally {
    await rm(temporary, { force: true });
  }
  return target;
}

/** The file that `from` names, or the one in it; gzipped or, where only the content counts, not. */
async function sourceOf({ name, digestOf }: PublishedFile, from: string): Promise<string> {
  const path = resolve(from);
  const found = await stat(path).catch((cause: unknown) => {
    throw new ReverieError(
      'bad-data',
      `--from ${from}: ${messageOf(cause)}; expected a file, or a folder with ${name}`,
    );
  });
  const names = digestOf === 'content' ? [name, name.replace(/\.gz$/, '')] : [name];
  if (found.isDirectory()) {
    for (const known of names) if (await isFile(join(path, known))) return join(path, known);
    throw new ReverieError('bad-data', `--from ${from}: the folder has no ${names.join(' or ')}`);
  }
  if (names.length === 1 || names.includes(basename(path))) return path;
  throw new ReverieError(
    'bad-usage',
    `--from ${from}: this data set has several files; give the folder that has them, with ${name} among them`,
  );
}

/** Why the file is not the published one, in words; undefined where it is. */
async function whyOther(path: string, file: PublishedFile, signal: AbortSignal): Promise<string | undefined> {
  if (!(await isFile(path))) return 'there is no such file';
  const digest = await (file.digestOf === 'content' ? sha256OfContent : sha256Of)(path, signal);
  if (digest === file.sha256) return undefined;
  if (digest === undefined) return 'it is a damaged gzip file';
  return `the SHA-256 of its ${file.digestOf === 'content' ? 'content' : 'bytes'} is ${digest}, expected ${file.sha256}`;
}

function mirrorUrl(mirror: string): URL {
  const url = URL.canParse(mirror) ? new URL(mirror.endsWith('/') ? mirror : `${mirror}/`) : undefined;
  if (url !== undefined && url.username + url.password !== '') {
    throw new ReverieError('bad-usage', `--mirror: ${url.host} is named with a user or password; they are never sent`);
  }
  if (url?.protocol === 'http:' || url?.protocol === 'https:') return url;
  throw new ReverieError(
    'bad-usage',
    `--mirror ${mirror}: expected a URL that begins with http:// or https://, below which the files lie; take --from for ` +
      'files on this machine',
  );
}

/** Takes away what killed copies left; done under the lock. Downloads that were begun stay. */
async function sweep(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    const pid = /\.partial-(\d+)$/.exec(name)?.[1];
    if (pid !== undefined && !isAlive(Number(pid))) await rm(join(folder, name), { force: true });
  }
}

function cacheError(error: unknown, folder: string): unknown {
  if (!isSystemError(error)) return error;
  const reason = diskReason(error) ?? messageOf(error);
  return new ReverieError(
    'bad-output',
    `${folder}: ${reason}; make room, or set REVERIE_CACHE to another folder, then fetch again`,
    { cause: error },
  );
}
