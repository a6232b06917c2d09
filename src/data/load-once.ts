import type { Dataset } from '../core/dataset.js';

const loaded = new Map<string, Promise<Dataset>>();

/**
 * Loads a data set once in this process: the same key gives the same object, also while it is still being loaded. A
 * load that failed is forgotten, so that the next one tries again.
 */
export function loadOnce(key: string, load: () => Promise<Dataset>): Promise<Dataset> {
  const known = loaded.get(key);
  if (known !== undefined) return known;
  const loading = load();
  loaded.set(key, loading);
  loading.catch(() => loaded.delete(key));
  return loading;
}
