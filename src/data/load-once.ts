import { AsyncCache } from '../core/async-cache.js';
import type { Dataset } from '../core/dataset.js';

const loaded = new AsyncCache<string, Dataset>();

/** Loads a data set once in this process: the same key gives the same object, also while it is still being loaded. */
export function loadOnce(key: string, load: () => Promise<Dataset>): Promise<Dataset> {
  return loaded.get(key, load);
}
