import { join, dirname } from 'node:path';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { cacheFolder, type Machine } from '../../files/cache-folder.js';

/** What the installation has to know of the machine and the process. */
export interface Host {
  /** As in `process`. */
  readonly platform: NodeJS.Platform;
  readonly arch: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The program that runs this, and where Node's headers are looked for: two folders above it. */
  readonly execPath: string;
  readonly nodeVersion: string;
  /** Version of the GNU C library; undefined where it is another one, or none. */
  readonly glibc: string | undefined;
}

export function thisHost(): Host {
  const { platform, arch, env, execPath, versions } = process;
  return { platform, arch, env, execPath, nodeVersion: versions.node, glibc: glibcVersion() };
}

function glibcVersion(): string | undefined {
  if (process.platform !== 'linux') return undefined;
  const { header } = process.report.getReport() as unknown as { readonly header: Record<string, unknown> };
  const version = header['glibcVersionRuntime'];
  return typeof version === 'string' ? version : undefined;
}

/** Where everything of the native engine is staged. */
export function nativeFolder(host: Machine): string {
  return join(cacheFolder(host), 'native');
}

/** Name of the lock file in the folder that is staged into. */
export const lockName = 'install.lock';

/** The npm package whose JavaScript drives TensorFlow's library, as it is installed. */
export interface NativePackage {
  readonly folder: string;
  readonly version: string;
}

export const nativePackageName = '@tensorflow/tfjs-node-gpu';

/** N-API version of the addon. Its interface is the same in every Node from 12.22 on: no Node needs an addon of its own. */
export const napiVersion = 8;

export const addonPath = join('lib', `napi-v${napiVersion}`, 'tfjs_binding.node');

/** The package that reverie itself would load; undefined where npm left it out. */
export function nativePackage(): NativePackage | undefined {
  try {
    const file = createRequire(import.meta.url).resolve(`${nativePackageName}/package.json`);
    const { version } = JSON.parse(readFileSync(file, 'utf8')) as { readonly version: string };
    return { folder: dirname(file), version };
  } catch {
    return undefined;
  }
}

/**
 * tfjs-node calls functions of `util` that Node 23 removed (`isNullOrUndefined`) or is about to remove (`isArray`). Puts
 * them back where they are missing, for this process; what is there stays.
 */
export function restoreRemovedUtil(
  util: Record<string, unknown> = createRequire(import.meta.url)('node:util') as Record<string, unknown>,
): void {
  util['isNullOrUndefined'] ??= (value: unknown) => value === null || value === undefined;
  util['isArray'] ??= Array.isArray;
}
