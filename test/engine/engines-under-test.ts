import type { Engine, EngineName } from '../../src/engine/engine.js';
import { createOrtEngine } from '../../src/engine/executors/ort.js';
import { renewLink } from '../../src/engine/native-install/builds.js';
import { selectEngine } from '../../src/engine/select.js';

/**
 * The engines that must load here: those of this package's dependencies, and native where `reverie engine install` has
 * put its library. That it is there is enough to be tested: where it does not load, tests fail.
 */
export const testedEngines: readonly EngineName[] = [
  'ort',
  ...(renewLink() ? (['native'] as const) : []),
  'wasm',
  'cpu',
];

/** An engine for tests; the embedded one with a single thread, which is quickest for the small graphs of tests. */
export async function engineForTest(name: EngineName = 'ort'): Promise<Engine> {
  return name === 'ort' ? createOrtEngine({ threads: [1] }) : (await selectEngine(name)).engine;
}
