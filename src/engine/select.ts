import { messageOf, ReverieError } from '../core/errors.js';
import { withCompanion } from './worker/companion.js';
import { checkRoomForMemories } from './kernels/address-space.js';
import { engineNames, type Engine, type EngineName } from './engine.js';

/** `auto` takes the first of {@link engineNames}, fastest first, that loads. */
export type EngineChoice = EngineName | 'auto';

/** What each engine is, for `reverie list`. */
export const engineSummaries: Readonly<Record<EngineName, string>> = {
  ort: 'ONNX Runtime: a whole training step as one compiled graph; native speed from plain npm.',
  native: "TensorFlow's own library through tfjs-node-gpu or tfjs-node, where it is installed.",
  wasm: 'TensorFlow.js on WebAssembly: runs wherever Node runs.',
  cpu: 'TensorFlow.js in plain JavaScript: slow, for comparison.',
};

/**
 * Memories of WebAssembly that there must be room for, in this thread and in the companion's: with `ort` one for each set of
 * variables that loops update, and those of before that are not collected yet; with `wasm` one for the engine.
 */
const usualMemories = { ort: 16, wasm: 4 } as const;

const makers: Readonly<Record<EngineName, () => Promise<Engine>>> = {
  // Each library is loaded only when its engine is asked for: together they would cost a second at start-up.
  ort: async () => {
    checkRoomForMemories(usualMemories.ort);
    return withCompanion(
      await (await import('./executors/ort.js')).openOrtEngine({ provider: process.env['REVERIE_ORT_PROVIDER'] }),
      'ort',
    );
  },
  native: async () => (await import('./executors/tfjs-backends.js')).createNativeEngine(),
  wasm: async () => {
    checkRoomForMemories(usualMemories.wasm);
    return withCompanion(await (await import('./executors/tfjs-backends.js')).createWasmEngine(), 'wasm');
  },
  cpu: async () => (await import('./executors/tfjs-backends.js')).createCpuEngine(),
};

/** An engine, and what was passed over to get it: each engine that `auto` tried before, with the reason. */
export interface Selection {
  readonly engine: Engine;
  readonly passedOver: readonly { readonly name: EngineName; readonly reason: string }[];
}

/**
 * The named engine, or for `auto` the best that loads.
 *
 * @throws engine-unavailable where it does not load, with the reason and what to do
 */
export async function selectEngine(choice: EngineChoice): Promise<Selection> {
  const passedOver: { name: EngineName; reason: string }[] = [];
  for (const name of choice === 'auto' ? engineNames : [choice]) {
    const loaded = await loadEngine(name);
    if ('engine' in loaded) return { engine: loaded.engine, passedOver };
    passedOver.push({ name, reason: loaded.reason });
  }
  const reasons = passedOver.map(({ name, reason }) => `${name} (${reason})`).join('; ');
  throw new ReverieError(
    'engine-unavailable',
    `--engine ${choice} does not load: ${reasons}; take --engine auto, or see "reverie list" for the engines that load here`,
  );
}

/** The named engine, or why it does not load here. */
export async function loadEngine(name: EngineName): Promise<{ readonly engine: Engine } | { readonly reason: string }> {
  try {
    return { engine: await makers[name]() };
  } catch (error) {
    return { reason: messageOf(error).split('\n', 1)[0] ?? '' };
  }
}
