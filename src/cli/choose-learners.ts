import { ReverieError } from '../core/errors.js';
import { unknownName } from '../core/suggestion.js';
import { toJson } from '../core/canonical-json.js';
import type { Catalogue } from '../scenarios/catalogue.js';
import type { PartChoice, Scenario } from '../scenarios/scenario.js';

/**
 * The learners to run: those of the scenario, or instead those named with `--learner`, in the order they were named. One
 * that the scenario lists keeps the options it has there, any other has its defaults.
 *
 * @throws unknown-name, or bad-usage for a learner that cannot do without options
 */
export function chooseLearners(
  { learners, origin }: Pick<Scenario, 'learners' | 'origin'>,
  names: readonly string[],
  catalogue: Pick<Catalogue, 'learners'>,
): readonly PartChoice[] {
  if (names.length === 0) return learners;
  return [...new Set(names)].map((name) => {
    const listed = learners.find((learner) => learner.name === name);
    if (listed !== undefined) return listed;
    const part = Object.hasOwn(catalogue.learners, name) ? catalogue.learners[name] : undefined;
    if (part === undefined) throw unknownName('learner', name, Object.keys(catalogue.learners), '--learner');
    const options = toJson(part.options.safeParse({}).data);
    if (options !== undefined) return { name, options };
    throw new ReverieError(
      'bad-usage',
      `--learner ${name}: it has options without a default; list it with its options under learners in ` +
        (origin?.file ?? 'the scenario'),
    );
  });
}
