import type * as z from 'zod';
import type { Catalogue } from './catalogue.js';
import { printable } from '../core/printable.js';
import { closest, unknownName } from '../core/suggestion.js';
import type { Path, Problem } from './problem.js';
import { keysAt, valueAt } from './schema-keys.js';

type Issue = z.core.$ZodIssue;

/**
 * Turns what zod found into problems, one for each thing that is wrong and a few hundred at most, in the words of this project: what was
 * expected, what is there, what was probably meant.
 *
 * @param schema what the value was checked with, to know which keys it would have taken
 * @param value what was checked
 * @param nouns what names of parts name
 */
export function issueProblems(
  issues: readonly Issue[],
  schema: z.core.$ZodType,
  value: unknown,
  nouns: Catalogue['nouns'] = {},
): readonly Problem[] {
  const problems: Problem[] = [];
  for (const issue of issues) {
    if (problems.length >= mostProblems) break;
    problems.push(...describe(issue, pathOf(issue.path), schema, value, nouns));
  }
  return problems;
}

/** Of more than this nobody reads the list; each costs time. */
const mostProblems = 200;

function describe(
  issue: Issue,
  path: Path,
  schema: z.core.$ZodType,
  root: unknown,
  nouns: Catalogue['nouns'],
): readonly Problem[] {
  const given = valueAt(root, path);
  const problem = (message: string): readonly Problem[] => [{ path, message }];
  switch (issue.code) {
    case 'unrecognized_keys': {
      const known = keysAt(schema, root, path);
      return issue.keys.slice(0, mostProblems).map((key) => unknownKey(key, path, known));
    }
    case 'invalid_type':
      return problem(expectation([issue.expected], given));
    case 'invalid_value':
      return problem(oneOf(issue.values.map(String), given));
    case 'too_small':
      return problem(
        `expected ${bound(issue.origin, issue.minimum, issue.inclusive ?? true, 'least')}, given ${show(given)}`,
      );
    case 'too_big':
      return problem(
        `expected ${bound(issue.origin, issue.maximum, issue.inclusive ?? true, 'most')}, given ${show(given)}`,
      );
    case 'invalid_union':
      return union(issue, path, schema, root, nouns);
    default:
      return problem(`${issue.message}, given ${show(given)}`);
  }
}

function union(
  issue: z.core.$ZodIssueInvalidUnion,
  path: Path,
  schema: z.core.$ZodType,
  root: unknown,
  nouns: Catalogue['nouns'],
): readonly Problem[] {
  const given = valueAt(root, path);
  if (issue.discriminator !== undefined) {
    // zod gives the known names, but its type does not say so.
    const known = 'options' in issue && Array.isArray(issue.options) ? issue.options.map(String) : [];
    return [discriminator(known, path, given, nouns)];
  }
  const meant = branchMeant(issue.errors);
  if (meant !== undefined) {
    return meant.flatMap((inner) => describe(inner, [...path, ...pathOf(inner.path)], schema, root, nouns));
  }
  const types = issue.errors.flatMap((branch) =>
    branch.flatMap((i) => (i.code === 'invalid_type' && i.path.length === 0 ? [i.expected] : [])),
  );
  return [{ path, message: types.length === 0 ? issue.message : expectation(types, given) }];
}

/** Of those branches that at least have the type of what is given, the one with the fewest unknown keys and other faults. */
function branchMeant(branches: readonly (readonly Issue[])[]): readonly Issue[] | undefined {
  const fitting = branches.filter((branch) => !branch.some((i) => i.code === 'invalid_type' && i.path.length === 0));
  const unknown = (branch: readonly Issue[]): number =>
    branch.flatMap((i) => (i.code === 'unrecognized_keys' && i.path.length === 0 ? i.keys : [])).length;
  const [best, next] = fitting.sort((a, b) => unknown(a) - unknown(b) || a.length - b.length);
  const tied =
    best !== undefined && next !== undefined && unknown(best) === unknown(next) && best.length === next.length;
  return tied ? undefined : best;
}

function discriminator(known: readonly string[], path: Path, given: unknown, nouns: Catalogue['nouns']): Problem {
  const kind = nouns[String(path.findLast((key, i) => typeof key === 'string' && i < path.length - 1))];
  if (kind === undefined || typeof given !== 'string') return { path, message: oneOf(known, given) };
  return { path, unknownName: true, message: unknownName(kind, given, known).message };
}

function unknownKey(key: string, path: Path, known: readonly string[] | undefined): Problem {
  const meant = closest(key, known ?? []);
  const takes =
    known === undefined ? 'take it out' : known.length === 0 ? 'none is taken here' : `known: ${known.join(', ')}`;
  const hint = meant === undefined ? '' : `; did you mean "${meant}"?`;
  return { path, unknownKey: key, message: `unknown key "${printable(key)}"; ${takes}${hint}` };
}

function oneOf(known: readonly string[], given: unknown): string {
  const list = known.map((name) => `"${name}"`).join(', ');
  const expected = known.length === 1 ? list : `one of ${list}`;
  if (given === undefined) return `is missing; expected ${expected}`;
  const meant = typeof given === 'string' ? closest(given, known) : undefined;
  return `expected ${expected}, given ${show(given)}${meant === undefined ? '' : `; did you mean "${meant}"?`}`;
}

const typeWords: Readonly<Record<string, string>> = {
  int: 'a whole number',
  number: 'a number',
  string: 'a text',
  boolean: 'true or false',
  array: 'a list',
  object: 'an object with keys',
};

function expectation(types: readonly string[], given: unknown): string {
  const expected = [...new Set(types)].map((type) => typeWords[type] ?? type).join(' or ');
  return given === undefined ? `is missing; expected ${expected}` : `expected ${expected}, given ${show(given)}`;
}

function bound(origin: string, limit: number | bigint, inclusive: boolean, end: 'least' | 'most'): string {
  const one = Number(limit) === 1;
  const units: Readonly<Record<string, string>> = {
    array: one ? ' entry' : ' entries',
    string: one ? ' character' : ' characters',
  };
  const unit = units[origin] ?? '';
  if (inclusive) return `at ${end} ${limit}${unit}`;
  return `${end === 'least' ? 'more' : 'less'} than ${limit}${unit}`;
}

function show(given: unknown): string {
  if (given === undefined || given === null) return 'nothing';
  if (Array.isArray(given)) return given.length === 0 ? 'an empty list' : `a list of ${given.length}`;
  if (typeof given === 'object') return 'an object';
  if (typeof given === 'string') return `the text "${printable(given, 41)}"`;
  return `${given as number | boolean | bigint}`;
}

function pathOf(path: readonly PropertyKey[]): Path {
  return path.map((segment) => (typeof segment === 'number' ? segment : String(segment)));
}
