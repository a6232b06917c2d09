import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { namesIn } from './names-in.js';

const files: Readonly<Record<string, readonly string[]>> = {
  cuda: ['libonnxruntime_providers_cuda.so', 'onnxruntime_providers_cuda.dll'],
  tensorrt: ['libonnxruntime_providers_tensorrt.so', 'onnxruntime_providers_tensorrt.dll'],
  dml: ['DirectML.dll'],
};

/**
 * ONNX Runtime's GPU providers whose files lie beside its binary for this platform, by the names that it knows them by.
 * npm's package brings none for Linux: its install script would fetch them.
 *
 * @param folder of onnxruntime-node; by default the one that is installed
 */
export function ortProviders(folder = ownFolder(), platform: string = process.platform, arch = process.arch): string[] {
  if (folder === undefined) return [];
  const there = namesIn(join(folder, 'bin')).flatMap((abi) => namesIn(join(folder, 'bin', abi, platform, arch)));
  return Object.entries(files).flatMap(([provider, any]) =>
    any.some((file) => there.includes(file)) ? [provider] : [],
  );
}

function ownFolder(): string | undefined {
  try {
    return dirname(createRequire(import.meta.url).resolve('onnxruntime-node/package.json'));
  } catch {
    return undefined;
  }
}
