/** Gives an array of the wanted length: at each call the same one, with what was in it, while the length is the same. */
export type ArrayOf = (length: number) => Float32Array;

/**
 * For batches of hundreds of kilobytes at every step: fresh arrays, cleared and soon thrown away, cost a twentieth of a
 * training run in garbage collection alone.
 */
export function reusedArray(): ArrayOf {
  let array = new Float32Array();
  return (length) => (array.length === length ? array : (array = new Float32Array(length)));
}
