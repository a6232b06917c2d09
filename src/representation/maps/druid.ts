import type * as druidjs from '@saehrimnir/druidjs';
import { ReverieError } from '../../core/errors.js';

/** What is taken of the package: only its types are there until {@link loadDruid} loads it. */
export type Druid = Pick<typeof druidjs, 'PCA' | 'TSNE' | 'UMAP'>;

/**
 * Loads druidjs (Cutura et al., "DRUIDJS — A JavaScript Library for Dimensionality Reduction", IEEE VIS 2020), which draws
 * from seeded generators of its own, never from a global one.
 *
 * @param load for tests
 * @throws ReverieError `bad-usage` where the package, which is optional, is not installed
 */
export async function loadDruid(load: () => Promise<Druid> = () => import('@saehrimnir/druidjs')): Promise<Druid> {
  try {
    return await load();
  } catch (cause) {
    throw new ReverieError(
      'bad-usage',
      'maps of codes need the optional package @saehrimnir/druidjs, which is not installed here; install it, or go without ' +
        'maps',
      { cause },
    );
  }
}
