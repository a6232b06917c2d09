import { isRecord } from '../core/snapshot.js';
import type { Parts } from '../core/part.js';
import { issueProblems } from './issue-problems.js';
import type { Problem } from './problem.js';
import { takes } from './shorthand.js';

/** An encoder with one p: its options with that p, and what its label says of it. Without a p, nothing of both. */
export interface WithProbability {
  readonly options?: unknown;
  readonly suffix: string;
}

/**
 * What `p` beside each encoder of a list comes to: one encoder for each p of a list, or one.
 *
 * @param encoders as the file has them, names written out
 * @param problems takes what is wrong with a p
 */
export function probabilitiesOf(
  encoders: unknown,
  parts: Parts,
  problems: Problem[],
): readonly (readonly WithProbability[])[] {
  if (!Array.isArray(encoders)) return [];
  return encoders.map((encoder: unknown, i) => {
    if (!isRecord(encoder) || !('p' in encoder)) return [{ suffix: '' }];
    const { name, p, options = {} } = encoder;
    const path = ['encoders', i, 'p'];
    const part = typeof name === 'string' && Object.hasOwn(parts, name) ? parts[name] : undefined;
    if (part === undefined || !isRecord(options)) return [];
    if (!takes(parts, name, 'p')) {
      const others = Object.keys(parts).filter((other) => takes(parts, other, 'p'));
      const message = `encoder "${String(name)}" takes no p; take it out, or choose ${others.join(' or ')}`;
      problems.push({ path, message });
      return [];
    }
    if ('p' in options) {
      problems.push({ path, message: 'p is given in the options as well; expected one of the two' });
      return [];
    }
    if (Array.isArray(p) && p.length === 0) {
      problems.push({ path, message: 'expected at least 1 entry, given an empty list' });
      return [];
    }
    const values: readonly unknown[] = Array.isArray(p) ? p : [p];
    return values.flatMap((value, j) => {
      if (values.findIndex((other) => textOf(other) === textOf(value)) < j) {
        problems.push({ path: [...path, j], message: `p=${textOf(value)} is listed before; take it out` });
        return [];
      }
      const given = { ...options, p: value };
      const parsed = part.options.safeParse(given);
      if (parsed.success) return [{ options: parsed.data, suffix: ` p=${textOf(value)}` }];
      const own = parsed.error.issues.filter((issue) => issue.path[0] === 'p');
      problems.push(
        ...issueProblems(own, part.options, given).map(({ path: within, ...problem }) => ({
          ...problem,
          path: [...path, ...(Array.isArray(p) ? [j] : []), ...within.slice(1)],
        })),
      );
      return [];
    });
  });
}

/** A number as it is, and a schedule as `0…0.5` or as JSON without its quotes. */
function textOf(value: unknown): string {
  if (isRecord(value) && typeof value['from'] === 'number' && typeof value['to'] === 'number') {
    return `${value['from']}…${value['to']}`;
  }
  return JSON.stringify(value).replaceAll('"', '');
}
