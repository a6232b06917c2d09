import { mkdir, readdir, rename, rm, stat, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { ReverieError, messageOf } from '../../core/errors.js';
import { diskReason, makeDirectory } from '../../files/file-system.js';
import { isAlive, withLock } from '../../files/lock.js';
import type { WorkContext } from '../../files/work.js';
import { buildAt, buildName, manifestName, link, linkState, unlink, type Build, type BuildManifest } from './builds.js';
import { downloadWheel } from './download.js';
import {
  lockName,
  nativeFolder,
  thisHost,
  napiVersion,
  nativePackage,
  nativePackageName,
  type Host,
  type NativePackage,
} from './host.js';
import { tensorflowVersion, type knownWheels, type WheelChoice } from './known-wheels.js';
import { selfTest } from './self-test.js';
import { compileAddon, finish, needRoom, unpack } from './stage.js';
import { findCompiler, findNodeHeaders, findPython, missing } from './tools.js';
import { choiceFor, givenWheels, wheelsToDownload, type Given, type GivenWheel } from './wheel-choice.js';

export interface InstallOptions extends WorkContext {
  /** TensorFlow with CUDA, and CUDA's libraries. */
  readonly gpu: boolean;
  /** A wheel, or a folder with wheels, to take instead of downloading. */
  readonly from?: string;
  /** Whether to take a wheel that is not known; only with `from`. */
  readonly anyDigest: boolean;
}

/** What the installation works on; for tests. */
export interface InstallPlace {
  readonly host: Host;
  readonly package_: NativePackage | undefined;
  readonly known: typeof knownWheels;
  readonly test: (signal: AbortSignal) => Promise<void>;
}

export interface Installed {
  readonly build: Build;
  /** The package's folder that is linked to the build. */
  readonly linkedFrom: string;
}

/**
 * Puts a current TensorFlow under tfjs-node: wheels, libraries out of them, the addon, a link in the npm package, a
 * test. What is done already is not done again: it goes on where it was interrupted.
 *
 * @throws engine-unavailable where something is missing here; bad-usage, bad-data for what `from` names; install-failed
 * where it should have worked; the signal's reason where it was aborted
 */
export async function installNative(options: InstallOptions, place: Partial<InstallPlace> = {}): Promise<Installed> {
  const host = place.host ?? thisHost();
  const package_ = 'package_' in place ? place.package_ : nativePackage();
  const test = place.test ?? ((signal: AbortSignal) => selfTest(process.env, signal));
  const { gpu, report, signal } = options;
  const choice = choiceFor(host, gpu, place.known);
  if (package_ === undefined) {
    throw missing(
      `the npm package ${nativePackageName} is not installed`,
      `npm install --ignore-scripts ${nativePackageName}@4.22.0 in the folder whose node_modules has reverie, then again`,
    );
  }
  if (linkState(package_) === 'foreign') {
    throw missing(
      `${package_.folder} has a lib or deps folder that is not reverie's`,
      'delete both to have a current TensorFlow in their place',
    );
  }
  const folder = nativeFolder(host);
  try {
    await makeDirectory(folder);
    const given =
      options.from === undefined ? undefined : await givenWheels(options.from, choice, options.anyDigest, signal);
    const identity = {
      ...{ tensorflow: given?.version ?? tensorflowVersion, gpu, platform: host.platform, arch: host.arch },
      ...{ tfjsNode: package_.version, napi: napiVersion },
    };
    const target = join(folder, buildName(identity, given?.unknownDigest));
    const waiting = (pid: number): void => {
      report({ type: 'step', text: `waiting for another installation (process ${pid})` });
    };
    return await withLock(join(folder, lockName), signal, waiting, async () => {
      await sweep(folder);
      if (buildAt(target) === undefined) {
        await build(target, identity, { options, host, package_, given, choice });
      } else report({ type: 'step', text: `TensorFlow ${identity.tensorflow} is staged and built already` });
      return await putInPlace(target, package_, host, () => {
        report({ type: 'step', text: 'testing the native engine against cpu' });
        return test(signal);
      });
    });
  } catch (error) {
    // Streams have an error of their own for being aborted.
    throw signal.aborted ? signal.reason : diskError(error, folder);
  }
}

type Identity = Omit<BuildManifest, 'wheels' | 'files' | 'format'>;

interface Work {
  readonly options: InstallOptions;
  readonly host: Host;
  readonly package_: NativePackage;
  readonly given: Given | undefined;
  readonly choice: WheelChoice;
}

async function build(
  target: string,
  identity: Identity,
  { options, host, package_, given, choice }: Work,
): Promise<void> {
  const { signal } = options;
  // What is missing is reported before anything is downloaded.
  const tools = { compiler: await findCompiler(host, signal), headers: findNodeHeaders(host) };
  const wheels = given?.wheels ?? (await downloaded(host, choice, options));
  const staging = `${target}.partial-${process.pid}`;
  await rm(staging, { recursive: true, force: true });
  await mkdir(staging);
  try {
    await unpack(
      wheels.map(({ path }) => path),
      staging,
      options,
    );
    await compileAddon(staging, package_, tools, host, options);
    const digests = Object.fromEntries(
      wheels.map(({ path, sha256 }) => [path.slice(path.lastIndexOf('/') + 1), sha256]),
    );
    await finish(staging, { format: 1, ...identity, wheels: digests });
    // A whole build of somebody who was faster is as good; anything else in the way is not whole.
    if (buildAt(target) === undefined) {
      await rm(target, { recursive: true, force: true });
      await rename(staging, target);
    }
  } finally {
    await rm(staging, { recursive: true, force: true });
  }
  if (given === undefined) await rm(downloads(host), { recursive: true, force: true });
}

async function downloaded(host: Host, choice: WheelChoice, options: InstallOptions): Promise<readonly GivenWheel[]> {
  const python = await findPython(host, options.signal);
  const folder = downloads(host);
  await makeDirectory(folder);
  await needRoom(folder, choice.peakBytes - (await bytesIn(folder)));
  const wheels: GivenWheel[] = [];
  for (const wanted of wheelsToDownload(choice, python.tag)) {
    wheels.push({ path: await downloadWheel(wanted, folder, python, host, options), sha256: wanted.sha256 });
  }
  return wheels;
}

const downloads = (host: Host): string => join(nativeFolder(host), 'downloads');

async function bytesIn(folder: string): Promise<number> {
  const sizes = (await readdir(folder)).map(async (name) => (await stat(join(folder, name))).size);
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
}

/** Links the package to the build and tests it; a build that fails is taken away, so that nobody finds it. */
async function putInPlace(
  target: string,
  package_: NativePackage,
  host: Host,
  test: () => Promise<void>,
): Promise<Installed> {
  const now = new Date();
  await utimes(join(target, manifestName), now, now);
  const built = buildAt(target);
  if (built === undefined) throw new ReverieError('install-failed', `${target} is not whole; install again`);
  try {
    link(package_, built);
  } catch (error) {
    throw missing(
      `${package_.folder} cannot be written (${messageOf(error)})`,
      'install reverie where you may write, or install the engine as whoever may; what was built is kept',
      error,
    );
  }
  try {
    await test();
  } catch (error) {
    if (error instanceof ReverieError) {
      unlink(package_, host);
      await rm(target, { recursive: true, force: true });
    }
    throw error;
  }
  return { build: built, linkedFrom: package_.folder };
}

/** Takes away what killed installations left behind; done under the lock. Finished wheels stay. */
async function sweep(folder: string): Promise<void> {
  for (const inside of [folder, join(folder, 'downloads')]) {
    const left = (await readdir(inside).catch(() => [])).filter((name) => {
      const pid = /\.partial-(\d+)$/.exec(name)?.[1];
      return pid !== undefined && !isAlive(Number(pid));
    });
    for (const name of left) await rm(join(inside, name), { recursive: true, force: true });
  }
}

function diskError(error: unknown, folder: string): unknown {
  const what = diskReason(error);
  if (what === undefined) return error;
  return missing(`${folder}: ${what}`, 'make room, or set REVERIE_CACHE to another folder, then install again', error);
}
