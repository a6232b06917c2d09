import { statSync } from 'node:fs';
import { join } from 'node:path';
import { readGivenSync, type Expected } from '../../files/given-file.js';
import { namesIn } from '../names-in.js';
import type { Host } from './host.js';
import { nativeFolder } from './host.js';
import { napiVersion, type NativePackage } from './native-package.js';

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
export function fittingBuild(
  host: Pick<Host, 'platform' | 'arch' | 'env'>,
  { version }: NativePackage,
): Build | undefined {
  return stagedBuilds(host).find(
    ({ manifest }) =>
      manifest.platform === host.platform &&
      manifest.arch === host.arch &&
      manifest.tfjsNode === version &&
      manifest.napi === napiVersion,
  );
}
