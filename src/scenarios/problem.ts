import { printable } from '../core/printable.js';

/** Keys and indices that lead from the whole scenario to a value in it. */
export type Path = readonly (string | number)[];

/** One thing that is wrong with a scenario file; its place is found from the path. */
export interface Problem {
  readonly path: Path;
  /** A key of the object at `path` that should not be there; then the place is the key, and `message` says it all. */
  readonly unknownKey?: string;
  /** Whether it is a name that nobody knows. */
  readonly unknownName?: boolean;
  readonly message: string;
}

/** Such as `memory.p: expected at most 1, given 2`. */
export function problemText({ path, unknownKey, message }: Problem): string {
  return unknownKey !== undefined || path.length === 0
    ? message
    : `${path.map((segment) => printable(String(segment))).join('.')}: ${message}`;
}
