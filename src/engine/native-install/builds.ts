import { statSync, existsSync, lstatSync, readlinkSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { join, sep } from 'node:path';
import { readGivenSync, type Expected } from '../../files/given-file.js';
import { namesIn } from '../presence.js';
import { nativeFolder, napiVersion, addonPath, nativePackage, type Host, type NativePackage } from './host.js';

/** What lies in a finished build, as its `build.json` says. */
export interface BuildManifest {
  readonly format: 1;
  readonly tensorflow: string;
  readonly gpu: boolean;
  readonly platform: string;
  readonly arch: string;
  /** Version of the npm package that it was built for. */
  readonly tfjsNode: string;
  readonly napi: number;
  /** Wheels that it was taken from, with their SHA-256. */
  readonly wheels: Readonly<Record<string, string>>;
  /** Sizes in bytes by path. */
  readonly files: Readonly<Record<string, number>>;
}

/** A finished build: a folder laid out as the npm package is, with `lib/` and `deps/`. */
export interface Build {
  readonly path: string;
  readonly manifest: BuildManifest;
  /** Of all files. */
  readonly bytes: number;
  /** When it was last installed; milliseconds since 1970. */
  readonly installedAt: number;
}

export const manifestName = 'build.json';
const expected: Expected = { maxBytes: 2 ** 22, what: 'the manifest of a build', remedy: 'install it again' };

/** Name of the folder of a build: everything that makes one build unfit in another's place. */
export function buildName(of: Omit<BuildManifest, 'wheels' | 'files' | 'format'>, unknownDigest?: string): string {
  const own = unknownDigest === undefined ? '' : `-${unknownDigest.slice(0, 12)}`;
  const kind = of.gpu ? 'gpu' : 'cpu';
  return `tensorflow-${of.tensorflow}${own}-${kind}-${of.platform}-${of.arch}-tfjs-${of.tfjsNode}-napi${of.napi}`;
}

/** The build in a folder; undefined where none is, or it is not whole. */
export function buildAt(path: string): Build | undefined {
  try {
    const file = join(path, manifestName);
    const manifest = JSON.parse(readGivenSync(file, expected).toString('utf8')) as BuildManifest;
    const format: number = manifest.format;
    if (format !== 1) return undefined;
    const sizes = Object.entries(manifest.files);
    if (!sizes.every(([name, size]) => statSync(join(path, name)).size === size)) return undefined;
    return {
      path,
      manifest,
      bytes: sizes.reduce((sum, [, size]) => sum + size, 0),
      installedAt: statSync(file).mtimeMs,
    };
  } catch {
    return undefined;
  }
}

/** All whole builds that are staged, the last installed first. A look at some files; takes a millisecond. */
function stagedBuilds(host: Pick<Host, 'platform' | 'env'>): readonly Build[] {
  const folder = nativeFolder(host);
  return namesIn(folder)
    .filter((name) => name.startsWith('tensorflow-'))
    .flatMap((name) => buildAt(join(folder, name)) ?? [])
    .sort((a, b) => b.installedAt - a.installedAt);
}

/** The build that was last installed of those that fit this machine and this package. */
function fittingBuild(host: Pick<Host, 'platform' | 'arch' | 'env'>, { version }: NativePackage): Build | undefined {
  return stagedBuilds(host).find(
    ({ manifest }) =>
      manifest.platform === host.platform &&
      manifest.arch === host.arch &&
      manifest.tfjsNode === version &&
      manifest.napi === napiVersion,
  );
}

/** What of the package is a link into a build. Both, as tfjs-node's own scripts look into both. */
const linked = ['deps', 'lib'] as const;

/** How the package comes by its addon: from a staged build, from files of its own that are not reverie's, or not at all. */
export type LinkState = 'linked' | 'foreign' | 'none';

export function linkState({ folder }: NativePackage): LinkState {
  const states = linked.map((name) => stateOf(join(folder, name)));
  if (states.includes('foreign')) return 'foreign';
  return states.every((state) => state === 'linked') && existsSync(join(folder, addonPath)) ? 'linked' : 'none';
}

/** Of one path: a link to a build, whether or not it is there still, in whatever cache; something else; or nothing. */
function stateOf(path: string): LinkState {
  const found = lstatSync(path, { throwIfNoEntry: false });
  if (found === undefined) return 'none';
  return found.isSymbolicLink() && buildLink.test(readlinkSync(path)) ? 'linked' : 'foreign';
}

const buildLink = /[\\/]tensorflow-[^\\/]+-napi\d+[\\/](deps|lib)$/;

/** The build's folder that the package is linked to. */
export function linkTarget({ folder }: NativePackage): string | undefined {
  try {
    return join(readlinkSync(join(folder, 'lib')), '..');
  } catch {
    return undefined;
  }
}

/** Points the package at a build, in place of whatever build it pointed at. Two symbolic links, each put in place at once. */
export function link({ folder }: NativePackage, build: Pick<Build, 'path'>): void {
  for (const name of linked) {
    const temporary = join(folder, `.${name}-${process.pid}`);
    rmSync(temporary, { force: true });
    symlinkSync(join(build.path, name), temporary, 'dir');
    renameSync(temporary, join(folder, name));
  }
}

/** Takes the package's links into builds of this cache away, and nothing else. */
export function unlink({ folder }: NativePackage, host: Pick<Host, 'platform' | 'env'>): void {
  for (const path of linked.map((name) => join(folder, name))) {
    if (stateOf(path) === 'linked' && readlinkSync(path).startsWith(join(nativeFolder(host), sep))) rmSync(path);
  }
}

/**
 * Links the package to the staged build that fits, where it has no addon: `npm ci` takes the links away with everything
 * else. Takes about a millisecond. Where the package's folder cannot be written the package stays as it is.
 *
 * @returns whether an addon is in place now
 */
export function renewLink(
  package_ = nativePackage(),
  host: Pick<Host, 'platform' | 'arch' | 'env'> = process,
): boolean {
  if (package_ === undefined) return false;
  if (existsSync(join(package_.folder, addonPath))) return true;
  const build = fittingBuild(host, package_);
  if (build === undefined || linkState(package_) === 'foreign') return false;
  try {
    link(package_, build);
  } catch {
    return false;
  }
  return true;
}
