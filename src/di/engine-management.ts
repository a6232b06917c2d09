import { engineNames, type EngineName } from '../engine/engine.js';
import { loadEngine } from '../engine/select.js';

export { installNative } from '../engine/native-install/install.js';
export { nativeStatus } from '../engine/native-install/native-status.js';
export { removeNative } from '../engine/native-install/remove.js';
export { ortProviders } from '../engine/ort-providers.js';

/** Whether an engine loads: the versions of its libraries, or why it does not. */
export interface LoadedEngine {
  readonly name: EngineName;
  readonly versions?: Readonly<Record<string, string>>;
  readonly reason?: string;
}

/** Loads each engine, one after the other: takes a second or two. */
export async function loadEngines(): Promise<readonly LoadedEngine[]> {
  const loaded: LoadedEngine[] = [];
  for (const name of engineNames) {
    const outcome = await loadEngine(name);
    loaded.push('engine' in outcome ? { name, versions: outcome.engine.versions } : { name, reason: outcome.reason });
  }
  return loaded;
}
