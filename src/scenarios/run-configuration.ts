import { createHash } from 'node:crypto';
import { ReverieError } from '../core/errors.js';
import { isRecord, type Json } from '../core/snapshot.js';
import { canonicalJson, toJson } from '../core/canonical-json.js';
import { defaultStream, streamKeys, type PartChoice, type Scenario } from './scenario.js';

/** What of a scenario no outcome of a run depends on. */
const decidingNothing = ['origin', 'checkpointEvery', 'keepsTaskEnds', 'compareBy', 'observers', 'recipe'] as const;

/**
 * What one run of a scenario was given, for its result: the scenario with this learner alone, without the seed, which a
 * result has next to it, and without what no outcome depends on.
 */
export function runConfiguration(scenario: Scenario, learner: PartChoice): Json {
  return configuration(scenario, [learner], [...decidingNothing, 'seed']);
}

/**
 * SHA-256, in hexadecimal, of what defines one run but for its seed: two runs with the same digest, seed and engine
 * give the same result. The description does not count, and the learners other than the given one do not.
 *
 * @param learnerIndex index into `scenario.learners`; all of them count if it is not given
 */
export function scenarioDigest(scenario: Scenario, learnerIndex?: number): string {
  const learners = scenario.learners.filter((_, i) => learnerIndex === undefined || i === learnerIndex);
  const defining = configuration(scenario, learners, [...decidingNothing, 'seed', 'description']);
  return createHash('sha256').update(canonicalJson(defining)).digest('hex');
}

function configuration(
  scenario: Scenario,
  learners: readonly PartChoice[],
  without: readonly (keyof Scenario)[],
): Json {
  const { name, description, dataset, stream, ...rest } = scenario;
  // Written as in files of version 0.1 wherever it can be, so that those keep their digests.
  const keys: readonly string[] = streamKeys;
  const short = stream.name === defaultStream && Object.keys(stream.options ?? {}).every((key) => keys.includes(key));
  const streamed = short && isRecord(stream.options) ? stream.options : { stream };
  // What a learner is called decides nothing.
  const parts = learners.map(({ name: learner, options }) => ({ name: learner, options }));
  const all = { name, description, dataset, ...streamed, ...rest, learners: parts };
  const left = Object.entries(all).filter(([key]) => !without.some((other) => other === key));
  const json = toJson(Object.fromEntries(left));
  if (json === undefined) {
    throw new ReverieError(
      'bad-scenario',
      `scenario "${scenario.name}" holds something that JSON cannot say; expected numbers, texts, lists and objects`,
    );
  }
  return json;
}
