import { existsSync, lstatSync, readlinkSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { fittingBuild, type Build } from './builds.js';
import { nativeFolder, thisHost, type Host } from './host.js';
import { addonPath, nativePackage, type NativePackage } from './native-package.js';

/** What of the package is a link into a build. Both, as tfjs-node's own scripts look into both. */
const linked = ['deps', 'lib'] as const;

/** How the package comes by its addon: from a staged build, from files of its own that are not reverie's, or not at all. */
export type LinkState = 'linked' | 'foreign' | 'none';

export function linkState({ folder }: NativePackage, host: Pick<Host, 'platform' | 'env'>): LinkState {
  const states = linked.map((name) => stateOf(join(folder, name), nativeFolder(host)));
  if (states.includes('foreign')) return 'foreign';
  return states.every((state) => state === 'linked') && existsSync(join(folder, addonPath)) ? 'linked' : 'none';
}

/** Of one path: a link of ours, whether or not it leads anywhere; something else; or nothing. */
function stateOf(path: string, ours: string): LinkState {
  const found = lstatSync(path, { throwIfNoEntry: false });
  if (found === undefined) return 'none';
  return found.isSymbolicLink() && readlinkSync(path).startsWith(ours) ? 'linked' : 'foreign';
}

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

/** Takes the package's links into builds away, and nothing else. */
export function unlink({ folder }: NativePackage, host: Pick<Host, 'platform' | 'env'>): readonly string[] {
  const ours = linked
    .map((name) => join(folder, name))
    .filter((path) => stateOf(path, nativeFolder(host)) === 'linked');
  for (const path of ours) rmSync(path);
  return ours;
}

/**
 * Links the package to the staged build that fits, where it has no addon: `npm ci` takes the links away with everything
 * else. Takes about a millisecond. Where the package's folder cannot be written the package stays as it is.
 *
 * @returns whether an addon is in place now
 */
export function renewLink(package_ = nativePackage(), host: Host = thisHost()): boolean {
  if (package_ === undefined) return false;
  if (existsSync(join(package_.folder, addonPath))) return true;
  const build = fittingBuild(host, package_);
  if (build === undefined || linkState(package_, host) === 'foreign') return false;
  try {
    link(package_, build);
  } catch {
    return false;
  }
  return true;
}
