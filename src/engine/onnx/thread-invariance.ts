/**
 * Which computations ONNX Runtime does in the same order however many threads share them.
 *
 * Its matrix product (MLAS, sgemm.cpp) gives each thread rows of the result where there are at least as many rows as
 * columns, else columns. It adds up k products in blocks, and how long a block is depends on how many columns a thread
 * has: 128, but longer for 64 columns or fewer. Where threads share rows, all have the same columns and the sums are the
 * same; where they share columns, the sums may differ in their last bit.
 */

const blockLength = 128;
const mostColumnsOfLongBlocks = 64;
/** Columns are given to threads in multiples of this. */
const columnAlignment = 16;

/**
 * Whether the product [m, k]·[k, n] has the same bytes with one thread as with any number up to `threads`.
 *
 * @param threads at least 1
 */
export function isThreadInvariant(m: number, n: number, k: number, threads: number): boolean {
  if (threads === 1 || n <= m || k <= blockLength) return true;
  const columnBlocks = Math.ceil(n / columnAlignment);
  const fewestBlocks = Math.floor(columnBlocks / Math.min(threads, columnBlocks));
  // The last block may have fewer columns than the others.
  const fewestColumns = fewestBlocks * columnAlignment - (columnBlocks * columnAlignment - n);
  return fewestColumns > mostColumnsOfLongBlocks;
}
