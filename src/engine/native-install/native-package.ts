import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

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
