import type { MemoryBatch } from '../../core/memory.js';

/**
 * What a class head of sigmoids is to say of each row, over `classes`: 1 for the class of a real row; for a dream, which
 * are the last rows, what its labeller said, σ(logit), and 0 for classes that one does not know.
 *
 * @param classes all of the labels, and all that the dreams' labeller knows
 */
export function classTargets(
  labels: Int32Array,
  dreams: MemoryBatch['dreams'],
  classes: readonly number[],
): Float32Array {
  const targets = new Float32Array(labels.length * classes.length);
  const real = labels.length - (dreams?.count ?? 0);
  const columnOf = new Map(classes.map((label, column) => [label, column]));
  const set = (row: number, label: number, value: number): void => {
    const column = columnOf.get(label);
    if (column !== undefined) targets[row * classes.length + column] = value;
  };
  for (let row = 0; row < real; row++) set(row, labels[row] ?? -1, 1);
  dreams?.logits.forEach((logit, i) => {
    const label = dreams.classes[i % dreams.classes.length];
    if (label !== undefined) set(real + Math.floor(i / dreams.classes.length), label, 1 / (1 + Math.exp(-logit)));
  });
  return targets;
}
