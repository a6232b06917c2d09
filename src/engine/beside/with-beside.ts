import { availableParallelism } from 'node:os';
import type { Engine } from '../engine.js';
import { engineBeside } from './engine-beside.js';
import { Line } from './line.js';
import type { BesideName } from './makers.js';
import { startThread } from './start-thread.js';

/**
 * The engine, able to have one of its kind beside it, which starts when it is first asked for: some 100 ms.
 *
 * @param cores of this machine; with one, there is nothing to have it on
 */
export function withBeside(engine: Engine, name: BesideName, cores: number = availableParallelism()): Engine {
  if (cores < 2) return engine;
  let beside: Engine | undefined;
  const start = (): Engine =>
    engineBeside(engine, new Line((signal) => startThread('worker', import.meta.url, signal, { name })));
  return {
    name: engine.name,
    versions: engine.versions,
    compile: (definition) => engine.compile(definition),
    variables: (initial) => engine.variables(initial),
    liveBuffers: () => engine.liveBuffers() + (beside?.liveBuffers() ?? 0),
    beside: () => (beside ??= start()),
  };
}
