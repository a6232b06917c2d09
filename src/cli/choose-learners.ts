import { ReverieError } from '../core/errors.js';
import { unknownName } from '../core/suggestion.js';
import { toJson } from '../core/canonical-json.js';
import type { Catalogue } from '../scenarios/catalogue.js';
import { learnerLabel } from '../scenarios/learner-labels.js';
import { recipeOptions } from '../scenarios/recipe-options.js';
import type { LearnerChoice, Scenario } from '../scenarios/scenario.js';

/**
 * The learners to run: those of the scenario, or instead those named with `--learner`, in the order they were named. A
 * name stands for a label, or for all learners of that name. One that the scenario lists keeps the options it has there, any other has
 * those of the scenario's recipe and else its defaults.
 *
 * @throws unknown-name, or bad-usage for a learner that cannot do without options
 */
export function chooseLearners(
  { learners, origin, recipe: recipeName }: Pick<Scenario, 'learners' | 'origin' | 'recipe'>,
  names: readonly string[],
  catalogue: Pick<Catalogue, 'learners' | 'recipes'>,
): readonly LearnerChoice[] {
  if (names.length === 0) return learners;
  const chosen = [...new Set(names)].flatMap((name): readonly LearnerChoice[] => {
    const called = learners.filter((learner) => learnerLabel(learner) === name);
    const listed = called.length > 0 ? called : learners.filter((learner) => learner.name === name);
    if (listed.length > 0) return listed;
    const part = Object.hasOwn(catalogue.learners, name) ? catalogue.learners[name] : undefined;
    if (part === undefined) {
      const known = [...new Set([...learners.map(learnerLabel), ...Object.keys(catalogue.learners)])];
      throw unknownName('learner', name, known, '--learner');
    }
    const recipe = recipeName === undefined ? undefined : catalogue.recipes[recipeName];
    const set = recipe === undefined ? {} : recipeOptions(recipe, name, part, {});
    const options = toJson(part.options.safeParse(set).data);
    if (options !== undefined) return [{ name, options }];
    throw new ReverieError(
      'bad-usage',
      `--learner ${name}: it has options without a default; list it with its options under learners in ` +
        (origin?.file ?? 'the scenario'),
    );
  });
  return [...new Set(chosen)];
}
