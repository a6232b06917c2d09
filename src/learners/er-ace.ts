import { replayer } from './er.js';

/**
 * Experience replay with asymmetric cross-entropy (Caccia et al. 2022, "New insights on reducing abrupt representation change in
 * online continual learning", equation 4): {@link import('./er.js').er} whose new samples compete among the classes of their batch alone, so that
 * they do not push the outputs of earlier classes down,
 *
 *     L = CE(new, classes of the batch) + CE(buffer, all classes).
 */
export const erAce = replayer(
  'Experience replay whose new samples compete only among the classes of their batch (ER-ACE).',
  {
    outputs: 'batch',
    newShare: 'sum',
  },
);
