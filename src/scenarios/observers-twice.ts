import { printable } from '../core/printable.js';
import { isRecord } from '../core/snapshot.js';
import type { Problem } from './problem.js';

/** Observers of one name: what they write goes by their name, and each would write over the other. */
export function observersTwice(observers: readonly unknown[]): readonly Problem[] {
  const names = observers.map((observer) => (isRecord(observer) ? observer['name'] : undefined));
  return names.flatMap((name, i): readonly Problem[] => {
    if (typeof name !== 'string' || names.indexOf(name) === i) return [];
    const message = `observer "${printable(name)}" is listed twice, and both would write the same files; take one of the two out`;
    return [{ path: ['observers', i, 'name'], message }];
  });
}
