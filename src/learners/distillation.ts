/**
 * Soft labels of a teacher at temperature T (Hinton, Vinyals & Dean 2015): softmax(logits / T), with zeros for the
 * classes that the teacher does not know.
 *
 * @param logits `count` rows over `known` classes; @param targets where they go, rows over `width` ≥ `known` classes,
 * from row `at` on; the first `known` columns are the teacher's
 */
export function writeSoftLabels(
  logits: Float32Array,
  count: number,
  known: number,
  temperature: number,
  targets: Float32Array,
  width: number,
  at: number,
): void {
  for (let row = 0; row < count; row++) {
    const from = row * known;
    const to = (at + row) * width;
    let largest = -Infinity;
    for (let c = 0; c < known; c++) largest = Math.max(largest, logits[from + c] ?? 0);
    let total = 0;
    for (let c = 0; c < known; c++) {
      const e = Math.exp(((logits[from + c] ?? 0) - largest) / temperature);
      targets[to + c] = e;
      total += e;
    }
    for (let c = 0; c < known; c++) targets[to + c] = (targets[to + c] ?? 0) / total;
  }
}
