import { canonicalJson } from '../core/canonical-json.js';
import { printable } from '../core/printable.js';
import { isRecord, type Json } from '../core/snapshot.js';
import type { Problem } from './problem.js';
import type { LearnerChoice, PartChoice } from './scenario.js';

/** What a learner is called in results, tables and directories: its label, or else its name. */
export function learnerLabel({ name, label }: LearnerChoice): string {
  return label ?? name;
}

/**
 * The learners with labels where several have one name: the label of the file, or the options in which they differ, such as
 * `rehearsal (decay=cosine)`. A learner that is the only one of its name has none unless the file gives it one.
 */
export function labelled(
  learners: readonly (PartChoice & { readonly label?: string | undefined })[],
): readonly LearnerChoice[] {
  const taken = new Set<string>();
  return learners.map(({ name, options, label }) => {
    const others = learners.filter((other) => other.name === name && other.label === undefined);
    const own = label ?? (others.length > 1 ? `${name}${differing(options, others)}` : name);
    let unique = own;
    for (let again = 2; taken.has(unique); again++) unique = `${own} ${again}`;
    taken.add(unique);
    return unique === name ? { name, options } : { name, options, label: unique };
  });
}

/** ` (decay=cosine)`: the options of one in which these differ; nothing where it has none of those. */
function differing(options: Json, all: readonly PartChoice[]): string {
  const valueOf = (of: Json, key: string): string | undefined => {
    const value = isRecord(of) ? of[key] : undefined;
    return value === undefined ? undefined : canonicalJson(value);
  };
  const keys = [...new Set(all.flatMap((one) => (isRecord(one.options) ? Object.keys(one.options) : [])))];
  const given = keys
    .filter((key) => new Set(all.map((one) => valueOf(one.options, key))).size > 1)
    .flatMap((key) => {
      const value = valueOf(options, key);
      return value === undefined ? [] : [`${key}=${value.replaceAll('"', '')}`];
    });
  return given.length === 0 ? '' : ` (${given.join(', ')})`;
}

/** Learners that are written twice alike, and labels that are: nothing would distinguish their results. */
export function learnersTwice(learners: readonly unknown[]): readonly Problem[] {
  const seen = new Set<string>();
  return learners.flatMap((learner, i): readonly Problem[] => {
    if (!isRecord(learner) || typeof learner['name'] !== 'string') return [];
    const { name, label } = learner;
    const key = typeof label === 'string' ? `label ${label}` : JSON.stringify([name, learner['options'] ?? {}]);
    if (!seen.has(key)) {
      seen.add(key);
      return [];
    }
    if (typeof label === 'string') {
      const message = `label "${printable(label)}" is given twice; results are kept by it, so choose another`;
      return [{ path: ['learners', i, 'label'], message }];
    }
    const message = `learner "${printable(name)}" is listed twice with the same options; change its options, or take it out`;
    return [{ path: ['learners', i, 'name'], message }];
  });
}
