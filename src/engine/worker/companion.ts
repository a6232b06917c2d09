import { disposable } from '../../core/disposable.js';
import { coresToUse } from '../cores.js';
import type { Engine } from '../engine.js';
import { disposed } from '../executors/program-checks.js';
import { WorkerChannel } from './channel.js';
import { startThread } from './thread.js';
import { workerEngine } from './worker-engine.js';

/** The engines that can have a companion. TensorFlow's own library shares its threads as it is. */
export type CompanionName = 'ort' | 'wasm';

/** How each is made, in the thread in which it is to compute. */
export const companionMakers: Readonly<Record<CompanionName, () => Promise<Engine>>> = {
  ort: async () =>
    (await import('../executors/ort.js')).openOrtEngine({
      // Half of the cores: the engine whose companion it is computes too.
      threads: [...new Set([Math.ceil(coresToUse() / 2), 1])],
      provider: process.env['REVERIE_ORT_PROVIDER'],
    }),
  wasm: async () => (await import('../executors/tfjs-backends.js')).createWasmEngine(),
};

/**
 * The engine with a companion: one of its kind in a worker thread, which starts at the first call: some 100 ms.
 *
 * @param cores of this machine; with one, there is nothing for it to run on
 */
export function withCompanion(engine: Engine, name: CompanionName, cores: number = coresToUse()): Engine {
  if (cores < 2) return engine;
  let open = true;
  let companion: Engine | undefined;
  const start = (): Engine =>
    workerEngine(engine, new WorkerChannel((signal) => startThread('worker', import.meta.url, signal, { name })));
  return disposable({
    name: engine.name,
    versions: engine.versions,
    compile: (definition) => engine.compile(definition),
    variables: (initial) => engine.variables(initial),
    liveBuffers: () => engine.liveBuffers() + (companion?.liveBuffers() ?? 0),
    companion: () => {
      if (!open) throw disposed('the engine');
      return (companion ??= start());
    },
    dispose: async () => {
      open = false;
      await companion?.dispose();
      await engine.dispose();
    },
  });
}
