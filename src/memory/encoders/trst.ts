import type { Encoder } from '../../core/encoder.js';
import { injected } from './injected.js';
import type { Probability } from './probability.js';

/**
 * TRST, total random sampling training (arXiv 2309.01532): with probability p, drawn for each row by itself, the
 * target is a random sample of the whole set, else the row itself. Like ICRST it draws from the batch; it asks for no
 * classes.
 */
export function trstEncoder(p: Probability): Encoder {
  return injected({ name: 'trst', p, draws: (labels) => (_row, random) => random.integer(labels.length) });
}
