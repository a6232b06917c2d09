/** What remembering costs. */
export interface Footprint {
  /** Bytes of everything kept for the sake of old tasks: a memory's networks and statistics, or stored samples. */
  readonly memoryBytes: number;
  /** Of those, what is kept of data and not as parameters of networks: statistics of codes, walks, stored samples. */
  readonly statisticsBytes?: number;
  /** Real samples kept from earlier tasks; 0 for an exemplar-free learner. */
  readonly storedSamples: number;
}
