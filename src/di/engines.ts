import { engineNames, type EngineName } from '../engine/engine.js';
import { renewLink } from '../engine/native-install/builds.js';
import { whyAbsent } from '../engine/presence.js';
import { engineSummaries, loadEngine } from '../engine/select.js';

/** An engine as `reverie list` shows it. */
export interface EngineStatus {
  readonly name: EngineName;
  readonly summary: string;
  /** Why its files are not here; absent where they are. */
  readonly reason?: string;
}

/**
 * Each engine, and whether its files are here: loads nothing, takes a millisecond. One whose files are here may still not
 * load; {@link loadEngines} knows.
 */
export function installedEngines(): readonly EngineStatus[] {
  // After `npm ci` the native engine's files are there again only once they are linked again.
  renewLink();
  return engineNames.map((name) => {
    const [summary, reason] = [engineSummaries[name], whyAbsent(name)];
    return reason === undefined ? { name, summary } : { name, summary, reason };
  });
}

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
    if ('engine' in outcome) await outcome.engine.dispose();
    loaded.push('engine' in outcome ? { name, versions: outcome.engine.versions } : { name, reason: outcome.reason });
  }
  return loaded;
}
