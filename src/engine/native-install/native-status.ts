import { basename } from 'node:path';
import { buildAt } from './builds.js';
import { lockName, nativeFolder, type Host } from './host.js';
import { linkState, linkTarget, type LinkState } from './link.js';
import { nativePackage, type NativePackage } from './native-package.js';
import { staged, type Staged } from './remove.js';

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
