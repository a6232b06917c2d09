import { ReverieError } from './errors.js';
import { printable } from './printable.js';

/**
 * The error for a name that nobody registered: says which names are known, and which one was probably meant.
 *
 * @param kind what the name should name, e.g. `learner`
 * @param where file, line and column or option it came from, e.g. `scenario.yaml:12:12`; may be empty
 */
export function unknownName(kind: string, given: string, known: readonly string[], where = ''): ReverieError {
  const meant = closest(given, known);
  const place = where === '' ? '' : `${where} `;
  const hint = meant === undefined ? '' : `; did you mean "${meant}"?`;
  return new ReverieError(
    'unknown-name',
    `${place}${kind} "${printable(given)}" is not known; known: ${known.join(', ')}${hint}`,
  );
}

/** Characters; names of parts and options are shorter. */
const longestName = 64;

/** The known name nearest to the given one, if it is near enough to be a slip of the fingers. */
export function closest(given: string, known: readonly string[]): string | undefined {
  // The distance takes time with the product of the lengths, and nobody's fingers slip that often.
  if (given.length > longestName) return undefined;
  const ranked = known
    .map((name) => ({ name, distance: editDistance(given.toLowerCase(), name.toLowerCase()) }))
    .sort((a, b) => a.distance - b.distance);
  const best = ranked[0];
  return best !== undefined && best.distance <= Math.max(2, Math.floor(given.length / 3)) ? best.name : undefined;
}

/** Levenshtein distance: the fewest insertions, deletions and substitutions that turn `a` into `b`. */
function editDistance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const current = [i];
    for (let j = 1; j <= b.length; j++) {
      const substitution = (previous[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      current.push(Math.min(substitution, (previous[j] ?? 0) + 1, (current[j - 1] ?? 0) + 1));
    }
    previous = current;
  }
  return previous[b.length] ?? 0;
}
