import { availableParallelism } from 'node:os';
import type { Engine } from '../engine.js';

/** The engines that can compute beside another of their kind. TensorFlow's own library shares its threads as it is. */
export type BesideName = 'ort' | 'wasm';

/** How each is made, in the thread in which it is to compute. */
export const besideMakers: Readonly<Record<BesideName, () => Promise<Engine>>> = {
  ort: async () =>
    (await import('../executors/ort.js')).createOrtEngine({
      // Half of the cores: the engine that it is beside computes too.
      threads: [...new Set([Math.ceil(availableParallelism() / 2), 1])],
      provider: process.env['REVERIE_ORT_PROVIDER'],
    }),
  wasm: async () => (await import('../executors/tfjs-backends.js')).createWasmEngine(),
};
