import { existsSync, lstatSync, readlinkSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { join, sep } from 'node:path';
import { fittingBuild, type Build } from './builds.js';
import { nativeFolder, type Host } from './host.js';
import { addonPath, nativePackage, type NativePackage } from './native-package.js';

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
