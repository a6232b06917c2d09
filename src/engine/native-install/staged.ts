import { lstatSync, readdirSync, rmdirSync, statSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join, basename } from 'node:path';
import { ReverieError } from '../../core/errors.js';
import { liveHolder } from '../../files/lock.js';
import { namesIn } from '../presence.js';
import { lockName, nativeFolder, nativePackage, type Host, type NativePackage } from './host.js';
import { unlink, buildAt, linkState, linkTarget, type LinkState } from './builds.js';

/** Something that an installation left, and how large it is. */
export interface Staged {
  readonly path: string;
  readonly bytes: number;
}

/** Names of what installations leave in their folder; nothing else there is touched. */
const own = /^(tensorflow-.*-napi\d+(\.partial-\d+)?|downloads|install\.lock(\.\d+)?)$/;

/** Everything that is staged: builds, wheels of an installation that was interrupted, and what killed ones left. */
function staged(host: Pick<Host, 'platform' | 'env'> = process): readonly Staged[] {
  const folder = nativeFolder(host);
  return namesIn(folder)
    .filter((name) => own.test(name))
    .map((name) => join(folder, name))
    .map((path) => ({ path, bytes: bytesBelow(path) }));
}

function bytesBelow(path: string): number {
  const found = lstatSync(path, { throwIfNoEntry: false });
  if (found?.isDirectory() !== true) return found?.size ?? 0;
  return readdirSync(path).reduce((sum, name) => sum + bytesBelow(join(path, name)), 0);
}

/**
 * Takes the package's link and everything that is staged away.
 *
 * @param about is given what is about to go
 * @throws engine-unavailable while an installation is at work
 */
export async function removeNative(
  about: (paths: readonly Staged[]) => void,
  host: Pick<Host, 'platform' | 'env'> = process,
  package_: NativePackage | undefined = nativePackage(),
): Promise<void> {
  const holder = await liveHolder(join(nativeFolder(host), lockName));
  if (holder !== undefined) {
    throw new ReverieError(
      'engine-unavailable',
      `nothing was removed: an installation is at work (process ${holder}); wait for it, or end it first`,
    );
  }
  const there = staged(host);
  about(there);
  if (package_ !== undefined) unlink(package_, host);
  for (const { path } of there) await rm(path, { recursive: true, force: true });
  removeIfEmpty(nativeFolder(host));
}

function removeIfEmpty(folder: string): void {
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() !== true) return;
  if (readdirSync(folder).length === 0) rmdirSync(folder);
}

/** What is installed for the native engine, and where. */
export interface NativeStatus {
  /** Folder that installations stage into. */
  readonly folder: string;
  readonly staged: readonly StagedBuild[];
  /** The npm package, where it is installed. */
  readonly package?: { readonly folder: string; readonly version: string; readonly state: LinkState };
}

export interface StagedBuild extends Staged {
  /** What is in it; undefined for what is no whole build. */
  readonly content?: string;
  /** Whether the npm package is linked to it. */
  readonly linked: boolean;
}

/** Looks at files alone: loads nothing. */
export function nativeStatus(
  host: Pick<Host, 'platform' | 'env'> = process,
  package_: NativePackage | undefined = nativePackage(),
): NativeStatus {
  const target = package_ === undefined ? undefined : linkTarget(package_);
  const there = staged(host).filter(({ path }) => basename(path) !== lockName);
  const builds = there.map(({ path, bytes }): StagedBuild => {
    const manifest = buildAt(path)?.manifest;
    const linked = path === target;
    if (manifest === undefined) return { path, bytes, linked };
    const { tensorflow, gpu, tfjsNode } = manifest;
    return {
      path,
      bytes,
      linked,
      content: `TensorFlow ${tensorflow}${gpu ? ' with CUDA' : ''} for tfjs-node ${tfjsNode}`,
    };
  });
  const status = { folder: nativeFolder(host), staged: builds };
  return package_ === undefined ? status : { ...status, package: { ...package_, state: linkState(package_) } };
}
