import { createHash } from 'node:crypto';
import { ReverieError } from '../core/errors.js';
import type { Json } from '../core/snapshot.js';
import { canonicalJson, toJson } from '../core/canonical-json.js';
import type { PartChoice, Scenario } from './scenario.js';

/**
 * What one run of a scenario was told, for its result: the scenario with this learner alone, without the seed, which a
 * result has beside it, and without the place where the scenario was read.
 */
export function runConfiguration(scenario: Scenario, learner: PartChoice): Json {
  return configuration(scenario, [learner], ['seed', 'origin']);
}

/**
 * SHA-256, in hexadecimal, of what defines one run but for its seed: two runs with the same digest, seed and engine
 * give the same result. The description does not count, and the learners beside the given one do not.
 *
 * @param learnerIndex index into `scenario.learners`; all of them count if it is not given
 */
export function scenarioDigest(scenario: Scenario, learnerIndex?: number): string {
  const learners = scenario.learners.filter((_, i) => learnerIndex === undefined || i === learnerIndex);
  const defining = configuration(scenario, learners, ['seed', 'origin', 'description']);
  return createHash('sha256').update(canonicalJson(defining)).digest('hex');
}

function configuration(
  scenario: Scenario,
  learners: readonly PartChoice[],
  without: readonly (keyof Scenario)[],
): Json {
  const left = Object.entries({ ...scenario, learners }).filter(([key]) => !without.some((name) => name === key));
  const json = toJson(Object.fromEntries(left));
  if (json === undefined) {
    throw new ReverieError(
      'bad-scenario',
      `scenario "${scenario.name}" holds something that JSON cannot say; expected numbers, texts, lists and objects`,
    );
  }
  return json;
}
