import { isRecord } from '../core/snapshot.js';
import type { Problem } from './problem.js';

/**
 * What no single value of a file for `reverie represent` can be blamed for. Works on data that may have anything else wrong
 * with them, so that these problems are told together with those that the schema finds.
 */
export function representChecks(expanded: unknown): readonly Problem[] {
  if (!isRecord(expanded)) return [];
  const { groups = {} } = expanded;
  return [
    ...['autoencoders', 'encoders', 'probes'].flatMap((list) => sameLabels(list, expanded[list])),
    ...sameSeeds(expanded['seeds']),
    ...(isRecord(groups) ? Object.entries(groups).flatMap(([name, given]) => groupProblems(name, given)) : []),
    ...(isRecord(groups) ? unknownGroups(Object.keys(groups), expanded['encoders']) : []),
  ];
}

function sameLabels(list: string, given: unknown): readonly Problem[] {
  if (!Array.isArray(given)) return [];
  const labels = given.map((part: unknown) => {
    if (!isRecord(part)) return undefined;
    const { label = part['name'], p, groups } = part;
    return JSON.stringify([label, p, groups]);
  });
  return labels.flatMap((label, i) =>
    label !== undefined && labels.indexOf(label) < i
      ? [
          {
            path: [list, i],
            message: `is listed before under the same name; give it a label of its own, or take it out`,
          },
        ]
      : [],
  );
}

function sameSeeds(seeds: unknown): readonly Problem[] {
  if (!Array.isArray(seeds)) return [];
  return seeds.flatMap((seed: unknown, i) =>
    seeds.indexOf(seed) < i
      ? [{ path: ['seeds', i], message: `seed ${String(seed)} is listed twice; expected each once` }]
      : [],
  );
}

function groupProblems(name: string, groups: unknown): readonly Problem[] {
  if (name === 'classes') {
    return [{ path: ['groups', name], message: 'the classes themselves go by this name; choose another' }];
  }
  if (!Array.isArray(groups)) return [];
  const seen = new Set<unknown>();
  return groups.flatMap((group: unknown, g) =>
    (Array.isArray(group) ? group : []).flatMap((label: unknown, j) => {
      if (seen.has(label)) {
        const message = `class ${String(label)} is listed before; expected each class in one group only, take it out`;
        return [{ path: ['groups', name, g, j], message }];
      }
      seen.add(label);
      return [];
    }),
  );
}

function unknownGroups(known: readonly string[], encoders: unknown): readonly Problem[] {
  if (!Array.isArray(encoders)) return [];
  return encoders.flatMap((encoder: unknown, i) => {
    const name = isRecord(encoder) ? encoder['groups'] : undefined;
    if (typeof name !== 'string' || known.includes(name)) return [];
    const list = known.length === 0 ? 'none are listed under groups' : `known: ${known.join(', ')}`;
    return [{ path: ['encoders', i, 'groups'], message: `groups "${name}" are not known; ${list}` }];
  });
}
