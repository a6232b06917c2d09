/** A decision tree as arrays: one entry for each node, the root first. */
export interface Tree {
  /** Column that a node asks about; −1 at a leaf. */
  readonly column: Int32Array;
  /** Rows whose value is at most this go left. */
  readonly threshold: Float32Array;
  /** The left child; the right one is the next. At a leaf, which row of {@link shares} is its own. */
  readonly left: Int32Array;
  /** For each leaf, the share of each class among the rows that it was grown from. */
  readonly shares: Float32Array;
}

/** Adds the class shares that a tree gives each of `count` rows to `sums`, `count` rows of one value for each class. */
export function addShares(tree: Tree, x: Float32Array, count: number, sums: Float32Array): void {
  const [width, classes] = [x.length / count, sums.length / count];
  const { column, threshold, left, shares } = tree;
  for (let row = 0; row < count; row++) {
    let node = 0;
    for (let asked = column[0] ?? -1; asked >= 0; asked = column[node] ?? -1) {
      const goesLeft = (x[row * width + asked] ?? 0) <= (threshold[node] ?? 0);
      node = (left[node] ?? 0) + (goesLeft ? 0 : 1);
    }
    const leaf = (left[node] ?? 0) * classes;
    for (let c = 0; c < classes; c++) {
      sums[row * classes + c] = (sums[row * classes + c] ?? 0) + (shares[leaf + c] ?? 0);
    }
  }
}
