import { readdir, realpath, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { ReverieError } from '../../core/errors.js';
import { sha256Of } from '../../files/digest.js';
import type { Wanted } from './download.js';
import type { Host } from './host.js';
import { knownWheels, tensorflowVersion, type WheelChoice } from './known-wheels.js';
import { missing } from './tools.js';

/**
 * The wheels for this machine.
 *
 * @throws engine-unavailable where there are none, with what to take instead
 */
export function choiceFor({ platform, arch, glibc }: Host, gpu: boolean, known = knownWheels): WheelChoice {
  const found = known[`${platform}-${arch}-${gpu ? 'gpu' : 'cpu'}`];
  if (platform === 'win32') {
    throw missing(
      'there is no recipe for Windows',
      "let tfjs-node's own download do it (npm install @tensorflow/tfjs-node): reverie takes it as soon as it loads",
    );
  }
  if (found === undefined) {
    throw missing(
      `TensorFlow ${tensorflowVersion} has no wheel ${gpu ? 'for a GPU on' : 'for'} ${platform} ${arch}`,
      gpu ? 'install it without --gpu' : 'take the engine ort or wasm',
    );
  }
  if (platform === 'linux' && !isAtLeast(glibc, 2, 27)) {
    throw missing(
      `TensorFlow needs the GNU C library 2.27 or newer, and this system has ${glibc ?? 'none (musl?)'}`,
      'take the engine ort or wasm, or another Linux',
    );
  }
  return found;
}

function isAtLeast(version: string | undefined, major: number, minor: number): boolean {
  const [a = 0, b = 0] = (version ?? '0').split('.').map(Number);
  return a > major || (a === major && b >= minor);
}

/** The wheels to download: of TensorFlow's, that of the user's Python where there is one, as mirrors have it most likely. */
export function wheelsToDownload({ tensorflow, also }: WheelChoice, pythonTag: string): readonly Wanted[] {
  const files = Object.keys(tensorflow);
  const file = files.find((name) => name.includes(`-${pythonTag}-`)) ?? files.find((name) => name.includes('-cp311-'));
  const digests = { ...(file === undefined ? {} : { [file]: tensorflow[file] ?? '' }), ...also };
  return Object.entries(digests).map(([name, sha256]) => ({ file: name, sha256 }));
}

/** A wheel on disk. */
export interface GivenWheel {
  readonly path: string;
  readonly sha256: string;
}

/** The wheels that were given with `--from`. */
export interface Given {
  readonly wheels: readonly GivenWheel[];
  /** Version of TensorFlow. */
  readonly version: string;
  /** Digest of TensorFlow's wheel, where it is not one of the known. */
  readonly unknownDigest?: string;
}

/**
 * The wheels in `from`, a wheel or a folder with wheels, that make TensorFlow here.
 *
 * @param anyDigest whether to take files that are not listed in known-wheels.ts
 * @throws bad-usage where there is no fitting wheel, bad-data where one is not known
 */
export async function givenWheels(
  from: string,
  choice: WheelChoice,
  anyDigest: boolean,
  signal: AbortSignal,
): Promise<Given> {
  const there = await stat(from).catch(() => undefined);
  if (there === undefined) throw new ReverieError('bad-usage', `--from ${from}: there is no such file or folder`);
  if (!there.isDirectory() && Object.keys(choice.also).length > 0) {
    throw new ReverieError(
      'bad-usage',
      `--from ${from} is one file, and a GPU needs several; expected a folder with ${Object.keys(choice.also).join(', ')} too`,
    );
  }
  const paths = there.isDirectory() ? await wheelsIn(from, choice) : [await realpath(from)];
  const wheels: GivenWheel[] = [];
  for (const path of paths) wheels.push({ path, sha256: await sha256Of(path, signal) });
  const known = new Map(
    Object.entries({ ...choice.tensorflow, ...choice.also }).map(([file, sha256]) => [sha256, file]),
  );
  const stranger = wheels.find(({ sha256 }) => !known.has(sha256));
  if (stranger !== undefined && !anyDigest) {
    throw new ReverieError(
      'bad-data',
      `--from ${stranger.path} is none of the wheels of TensorFlow ${tensorflowVersion} that this version of reverie ` +
        `knows for this machine (SHA-256 ${stranger.sha256}); expected ${Object.keys(choice.tensorflow).join(' or ')}. ` +
        'If you trust where it comes from, add --any-digest',
    );
  }
  const main = wheels.find(({ path }) => isTensorflow(basename(path))) ?? wheels[0];
  if (main === undefined) throw nothingFitting(from, choice);
  const version = /^tensorflow(?:_cpu)?-(\d[\w.]*)-/.exec(basename(main.path))?.[1];
  if (known.has(main.sha256)) return { wheels, version: tensorflowVersion };
  return { wheels, version: version ?? 'unknown', unknownDigest: main.sha256 };
}

const isTensorflow = (file: string): boolean => /^tensorflow(_cpu)?-.*\.whl$/.test(file);

/** Of a folder's wheels: known files by their name, else one of TensorFlow; and CUDA's where they are asked for. */
async function wheelsIn(folder: string, choice: WheelChoice): Promise<readonly string[]> {
  const files = (await readdir(folder)).sort();
  const main =
    files.find((file) => file in choice.tensorflow) ??
    files.filter(isTensorflow).find((file) => /linux|macosx/.test(file));
  if (main === undefined) throw nothingFitting(folder, choice);
  const lacking = Object.keys(choice.also).find((file) => !files.includes(file));
  if (lacking !== undefined) {
    throw new ReverieError(
      'bad-usage',
      `--from ${folder} lacks ${lacking}; expected with TensorFlow: ${Object.keys(choice.also).join(', ')}`,
    );
  }
  return [main, ...Object.keys(choice.also)].map((file) => join(folder, file));
}

function nothingFitting(from: string, { tensorflow }: WheelChoice): ReverieError {
  return new ReverieError(
    'bad-usage',
    `--from ${from}: there is no wheel of TensorFlow for this machine; expected one of ${Object.keys(tensorflow).join(', ')}`,
  );
}
