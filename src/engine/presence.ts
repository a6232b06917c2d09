import { existsSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { EngineName } from './engine.js';

/** Where the libraries of the engines are looked for. */
export interface Place {
  /** The folder of a package, or undefined where it is not installed. */
  readonly folderOf: (packageName: string) => string | undefined;
  /** As in `process`. */
  readonly platform: string;
  readonly arch: string;
}

/**
 * Whether what an engine needs is installed here with its binary, by looking at files alone, which takes a millisecond.
 * What is here may still fail to load: that shows in {@link import('./select.js').loadEngine}.
 *
 * @returns what is missing; undefined where nothing is
 */
export function whyAbsent(name: EngineName, place: Place = here()): string | undefined {
  const { anyOf, binary, also = [] } = requirements[name];
  const missing = also.map((library) => missingOf(library, undefined, place));
  const reasons = anyOf.map((library) => missingOf(library, binary, place));
  // Of several that would do, the one that is installed at all is the one to be mended.
  const nearest = reasons.find((reason) => reason !== undefined && !reason.endsWith(notInstalled));
  if (!reasons.includes(undefined)) missing.push(nearest ?? reasons.join(', '));
  return missing.find((reason) => reason !== undefined);
}

const notInstalled = 'is not installed';

type Binary = (folder: string, place: Place) => boolean;

interface Requirement {
  /** Packages of which one must be here. */
  readonly anyOf: readonly string[];
  /** Whether the package in this folder has its binary. */
  readonly binary?: Binary;
  /** Packages that must be here as well. */
  readonly also?: readonly string[];
}

const requirements: Readonly<Record<EngineName, Requirement>> = {
  ort: {
    anyOf: ['onnxruntime-node'],
    binary: (folder, { platform, arch }) =>
      namesIn(join(folder, 'bin')).some((abi) =>
        existsSync(join(folder, 'bin', abi, platform, arch, 'onnxruntime_binding.node')),
      ),
  },
  native: {
    anyOf: ['@tensorflow/tfjs-node-gpu', '@tensorflow/tfjs-node'],
    binary: (folder, { platform }) =>
      namesIn(join(folder, 'lib')).some((abi) => existsSync(join(folder, 'lib', abi, 'tfjs_binding.node'))) &&
      // A link whose target is gone does not exist. On Windows the library lies next to the binding.
      (platform === 'win32' ||
        namesIn(join(folder, 'deps', 'lib')).some(
          (file) => file.startsWith('libtensorflow') && existsSync(join(folder, 'deps', 'lib', file)),
        )),
  },
  wasm: {
    anyOf: ['@tensorflow/tfjs-backend-wasm'],
    binary: (folder) => existsSync(join(folder, 'dist', 'tfjs-backend-wasm-simd.wasm')),
    also: ['@tensorflow/tfjs-core'],
  },
  cpu: { anyOf: ['@tensorflow/tfjs-backend-cpu'], also: ['@tensorflow/tfjs-core'] },
};

function missingOf(library: string, binary: Binary | undefined, place: Place): string | undefined {
  const folder = place.folderOf(library);
  if (folder === undefined) return `${library} ${notInstalled}`;
  if (binary === undefined || binary(folder, place)) return undefined;
  return `${library} is installed without its binary for ${place.platform} on ${place.arch}`;
}

function here(): Place {
  const require = createRequire(import.meta.url);
  return {
    folderOf: (name) => {
      try {
        return dirname(require.resolve(`${name}/package.json`));
      } catch {
        return undefined;
      }
    },
    platform: process.platform,
    arch: process.arch,
  };
}

/** What lies in a folder; nothing where there is no such folder, or it cannot be read. */
export function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

const files: Readonly<Record<string, readonly string[]>> = {
  cuda: ['libonnxruntime_providers_cuda.so', 'onnxruntime_providers_cuda.dll'],
  tensorrt: ['libonnxruntime_providers_tensorrt.so', 'onnxruntime_providers_tensorrt.dll'],
  dml: ['DirectML.dll'],
};

/**
 * ONNX Runtime's GPU providers whose files lie next to its binary for this platform, by the names that it knows them by.
 * npm's package brings none for Linux: its install script would fetch them.
 *
 * @param folder of onnxruntime-node; by default the one that is installed
 */
export function ortProviders(
  folder = here().folderOf('onnxruntime-node'),
  platform: string = process.platform,
  arch = process.arch,
): string[] {
  if (folder === undefined) return [];
  const there = namesIn(join(folder, 'bin')).flatMap((abi) => namesIn(join(folder, 'bin', abi, platform, arch)));
  return Object.entries(files).flatMap(([provider, any]) =>
    any.some((file) => there.includes(file)) ? [provider] : [],
  );
}
