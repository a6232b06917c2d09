import type { Engine, EngineName } from '../../src/engine/engine.js';
import { createOrtEngine } from '../../src/engine/executors/ort.js';
import { selectEngine } from '../../src/engine/select.js';

/** The engines that every machine with this package's dependencies must load. */
export const testedEngines = ['ort', 'wasm', 'cpu'] as const satisfies readonly EngineName[];

/** An engine for tests; the embedded one with a single thread, which is quickest for the small graphs of tests. */
export async function engineForTest(name: EngineName = 'ort'): Promise<Engine> {
  return name === 'ort' ? createOrtEngine({ threads: [1] }) : (await selectEngine(name)).engine;
}
