/**
 * What remembering costs, by one rule for all learners: what is kept counts at the bytes of the number type that reverie
 * holds it in, 4 for a value of a sample, a code or a parameter of a network (float32), 8 where it is kept in double precision.
 * A smaller form that a file or a data set may have, e.g. a byte for a pixel, counts for nobody; labels are not counted.
 */
export interface Footprint {
  /** Bytes of everything kept for the sake of old tasks: a memory's networks and statistics, or stored samples. */
  readonly memoryBytes: number;
  /** Of those, what is kept of data and not as parameters of networks: statistics of codes, walks, stored samples. */
  readonly statisticsBytes?: number;
  /** Real samples kept from earlier tasks; 0 for an exemplar-free learner. */
  readonly storedSamples: number;
}

/** The footprint of samples that are kept as they are. @param width values of each */
export function footprintOfSamples(storedSamples: number, width: number): Footprint {
  const bytes = storedSamples * width * Float32Array.BYTES_PER_ELEMENT;
  return { memoryBytes: bytes, statisticsBytes: bytes, storedSamples };
}
