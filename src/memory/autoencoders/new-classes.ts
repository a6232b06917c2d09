/** Those of the classes that are not known yet, each once and ascending. */
export function newClasses(known: readonly number[], classes: Iterable<number>): readonly number[] {
  return [...new Set(classes)].filter((label) => !known.includes(label)).sort((a, b) => a - b);
}
