/** The rows of each label, ascending; the labels in the order in which they first occur. */
export function rowsByLabel(labels: Int32Array): Map<number, number[]> {
  const rowsOf = new Map<number, number[]>();
  labels.forEach((label, row) => {
    const rows = rowsOf.get(label);
    if (rows === undefined) rowsOf.set(label, [row]);
    else rows.push(row);
  });
  return rowsOf;
}
