import type { RunDescription } from '../core/events.js';
import { toJson } from '../core/canonical-json.js';
import { jsonDifference } from '../core/json-difference.js';

/** What decides the outcome of a run: two runs of the same identity have the same result, but for timings. */
export type RunIdentity = Pick<
  RunDescription,
  'scenarioDigest' | 'configuration' | 'learner' | 'seed' | 'engine' | 'versions' | 'inputs' | 'origin'
>;

/**
 * The first thing in which a run that was found differs from the one that is wanted, as a clause, e.g. `its seed is 1, but
 * this run's is 2`; undefined where the two are the same run.
 */
export function identityDifference(found: RunIdentity, wanted: RunIdentity): string | undefined {
  for (const key of ['learner', 'seed', 'engine'] as const) {
    if (found[key] !== wanted[key]) return differs(key, JSON.stringify(found[key]), JSON.stringify(wanted[key]));
  }
  if (found.scenarioDigest !== wanted.scenarioDigest) {
    const difference = jsonDifference(found.configuration, wanted.configuration, 'scenario');
    return `its scenario is another: ${difference ?? 'one of another version of reverie'}`;
  }
  const origin = jsonDifference(toJson(found.origin), toJson(wanted.origin), 'origin');
  if (origin !== undefined) return `it goes on from another run: ${origin}`;
  return inputDifference(found.inputs, wanted.inputs) ?? versionDifference(found.versions, wanted.versions);
}

function differs(what: string, there: string, here: string): string {
  return `its ${what} is ${there}, but this run's is ${here}`;
}

/** Data and plug-ins, by the digests of their content; runs of before these were written have none. */
function inputDifference(found: RunIdentity['inputs'], wanted: RunIdentity['inputs']): string | undefined {
  if (found === undefined || wanted === undefined) return undefined;
  for (const name of new Set([...Object.keys(found), ...Object.keys(wanted)])) {
    if (found[name] === wanted[name]) continue;
    if (found[name] === undefined) return `it was run without the ${name}`;
    if (wanted[name] === undefined) return `it was run with the ${name}, which this run is without`;
    return `its ${name} had another content`;
  }
  return undefined;
}

/** Of reverie and of the libraries that compute; Node only runs them. */
function versionDifference(found: RunIdentity['versions'], wanted: RunIdentity['versions']): string | undefined {
  const names = Object.keys(wanted).filter((name) => name !== 'node');
  const other = ['reverie', ...names].find((name) => found[name] !== wanted[name]);
  return other === undefined
    ? undefined
    : differs(`version of ${other}`, found[other] ?? 'unknown', wanted[other] ?? 'unknown');
}
