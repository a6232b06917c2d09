import { printable } from '../core/printable.js';
import { isRecord } from '../core/snapshot.js';
import type { PartDescription, Parts } from '../core/part.js';
import type { Path, Problem } from './problem.js';

/** The content of a file with its shorthand written out. Whatever nobody understands is left to the schema. */
export interface Expanded {
  readonly value: unknown;
  /** Where a value of it stands in the file. */
  place(path: Path): Path;
  /** What no single value can be blamed for, and what is lost in expansion; by their places in the file. */
  readonly problems: readonly Problem[];
}

/** A part as an object: a bare name written out, or a name for what has none. */
export function named(raw: unknown, otherwise?: string): unknown {
  if (typeof raw === 'string') return { name: raw };
  if (otherwise === undefined) return raw;
  if (raw === undefined) return { name: otherwise };
  return isRecord(raw) && !('name' in raw) ? { name: otherwise, ...raw } : raw;
}

/** An encoder with a p from outside its options among them, or why it cannot be. */
export function withProbability(
  encoder: Record<string, unknown>,
  p: unknown,
  encoders: Parts,
): { readonly encoder: Record<string, unknown>; readonly mistake?: string } {
  const { name, options = {} } = encoder;
  if (!takesProbability(encoders, name)) {
    const others = Object.keys(encoders).filter((other) => takesProbability(encoders, other));
    return {
      encoder,
      mistake: `encoder "${printable(String(name))}" takes no p; take it out, or choose ${listed(others)}`,
    };
  }
  if (!isRecord(options)) return { encoder };
  if ('p' in options) return { encoder, mistake: 'p is given in the options as well; expected one of the two' };
  return { encoder: { ...encoder, options: { p, ...options } } };
}

/** Whether the encoder of this name has an option p; true where nobody knows it, the schema says so. */
function takesProbability(parts: Readonly<Record<string, PartDescription>>, name: unknown): boolean {
  if (typeof name !== 'string' || !Object.hasOwn(parts, name)) return true;
  const issues = parts[name]?.options.safeParse({ p: 0.5 }).error?.issues ?? [];
  return !issues.some(
    (issue) => issue.code === 'unrecognized_keys' && issue.path.length === 0 && issue.keys.includes('p'),
  );
}

/** `a, b or c` */
function listed(names: readonly string[]): string {
  return [names.slice(0, -1).join(', '), ...names.slice(-1)].filter((part) => part !== '').join(' or ');
}

/** Whether a path leads into what another leads to. */
export function isWithin(path: Path, outer: Path): boolean {
  return outer.every((key, i) => path[i] === key);
}
