import type { Dataset } from '../core/dataset.js';
import type { RandomStreams } from '../core/random.js';

/** What a stream is made from. */
export interface StreamContext {
  readonly dataset: Dataset;
  /** Of the run's seed, but drawn from by the stream alone: a stream that draws more shifts no draw of a learner. */
  readonly random: RandomStreams;
}
