import { readdirSync, statSync } from 'node:fs';
import { rename, rm, stat, writeFile } from 'node:fs/promises';
import { makeDirectory } from '../../files/file-system.js';
import { join } from 'node:path';
import { ReverieError } from '../../core/errors.js';
import { sha256Of } from '../../files/digest.js';
import type { WorkContext } from '../../files/work.js';
import { runChild, missing, type Ended, type Python } from './tools.js';
import type { Host } from './host.js';

/** A wheel to have: its file name says what it is, the digest which. */
export interface Wanted {
  readonly file: string;
  readonly sha256: string;
}

/** Milliseconds between two looks at how far pip is. */
const lookEvery = 300;

/**
 * Has the user's pip download a wheel into `folder`, so that index, proxy, certificates and passwords are the user's own.
 * pip is given the wheel's platform and digest: it may run on any Python. A wheel that is there already, whole, stays.
 *
 * @returns the wheel's path
 * @throws engine-unavailable where pip does not get it; install-failed where it gets another file
 */
export async function downloadWheel(
  { file, sha256 }: Wanted,
  folder: string,
  python: Python,
  host: Host,
  { report, signal }: WorkContext,
): Promise<string> {
  const path = join(folder, file);
  if (await isWhole(path, sha256, signal)) {
    report({ type: 'step', text: `${file} is there from the last time` });
    return path;
  }
  // pip begins a wheel in a temporary folder, where its growth can be watched, and moves it when it is whole.
  const partial = join(folder, `.partial-${process.pid}`);
  await rm(partial, { recursive: true, force: true });
  await makeDirectory(join(partial, 'got'));
  try {
    report({ type: 'step', text: `downloading ${file} with ${python.command} -m pip` });
    const { requirement, tags } = read(file);
    const requirements = join(partial, 'requirements.txt');
    await writeFile(requirements, `${requirement} --hash=sha256:${sha256}\n`);
    let total: number | undefined;
    const watch = setInterval(() => {
      const done = largestWheel(partial);
      if (done > 0) report(total === undefined ? { type: 'progress', done } : { type: 'progress', done, total });
    }, lookEvery);
    try {
      const ended = await runChild(
        python.command,
        ['-m', 'pip', 'download', '--no-deps', '--no-cache-dir', '--disable-pip-version-check', '--no-input'].concat(
          ['--only-binary=:all:', '--require-hashes', '--requirement', requirements, '--dest', join(partial, 'got')],
          tags,
        ),
        {
          env: { ...host.env, TMPDIR: partial },
          signal,
          line: (text) => {
            total ??= totalIn(text);
          },
        },
      );
      if (ended.code !== 0) throw pipFailure(requirement, python, ended);
    } finally {
      clearInterval(watch);
    }
    const got = join(partial, 'got', file);
    if (!(await isWhole(got, sha256, signal))) throw otherFile(file);
    await rename(got, path);
    return path;
  } finally {
    await rm(partial, { recursive: true, force: true });
  }
}

/** Whether the file is there with this content. */
async function isWhole(path: string, sha256: string, signal: AbortSignal): Promise<boolean> {
  const there = await stat(path).catch(() => undefined);
  return there?.isFile() === true && (await sha256Of(path, signal)) === sha256;
}

/** What pip needs to choose this very wheel, on whatever Python it runs. */
function read(file: string): { readonly requirement: string; readonly tags: readonly string[] } {
  const [name = '', version = '', python = '', abi = '', platforms = ''] = file.replace(/\.whl$/, '').split('-');
  const interpreter = /^cp3(\d+)$/.exec(python)?.[1];
  return {
    requirement: `${name.replaceAll('_', '-')}==${version}`,
    tags: [
      ...(interpreter === undefined
        ? []
        : ['--implementation', 'cp', '--python-version', `3.${interpreter}`, '--abi', abi]),
      ...platforms.split('.').flatMap((platform) => ['--platform', platform]),
    ],
  };
}

const units: Readonly<Record<string, number>> = { bytes: 1, kB: 1e3, MB: 1e6, GB: 1e9 };

/** Bytes that pip says it is about to download: `Downloading tensorflow-….whl (273.8 MB)`. */
function totalIn(line: string): number | undefined {
  const found = /^\s*Downloading .*\.whl.*\((\d+(?:\.\d+)?) (bytes|kB|MB|GB)\)/.exec(line);
  return found === null ? undefined : Number(found[1]) * (units[found[2] ?? ''] ?? 1);
}

/** Bytes of the largest wheel below a folder; others may change it meanwhile. */
function largestWheel(folder: string): number {
  try {
    const files = readdirSync(folder, { recursive: true }).map(String);
    return Math.max(
      0,
      ...files.filter((file) => file.endsWith('.whl')).map((file) => statSync(join(folder, file)).size),
    );
  } catch {
    return 0;
  }
}

function pipFailure(requirement: string, { command }: Python, { lines }: Ended): ReverieError {
  if (lines.some((line) => line.includes('DO NOT MATCH THE HASHES'))) return otherFile(requirement);
  const reason = lines.findLast((line) => line.startsWith('ERROR:')) ?? lines.at(-1) ?? 'it says nothing';
  return missing(
    `pip does not get ${requirement}: ${reason.trim()}`,
    `check the connection and where pip downloads from (${command} -m pip config list), ` +
      'or get the wheel elsewhere and give it with --from',
  );
}

function otherFile(what: string): ReverieError {
  return new ReverieError(
    'install-failed',
    `what pip got for ${what} is not the file that this version of reverie knows: its SHA-256 is another; nothing was ` +
      'unpacked. Check where pip downloads from (python3 -m pip config list)',
  );
}
