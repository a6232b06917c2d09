import * as z from 'zod';
import type { PartDescription } from '../core/part.js';
import type { Recipe } from '../core/recipe.js';
import type { Json } from '../core/snapshot.js';

/** Options of which no more than one is given: where a file has one, a recipe sets none of its row. */
const alternatives: readonly (readonly string[])[] = [
  ['network', 'hidden'],
  ['bufferSize', 'samplesPerClass', 'samplesPerTask'],
  ['decay', 'resetOptimiser'],
];

/**
 * What a recipe sets of a learner's options: those that the learner has and the file does not give, nor an alternative of
 * them.
 *
 * @param given by the file
 */
export function recipeOptions(
  recipe: Recipe,
  name: string,
  { options }: PartDescription,
  given: Readonly<Record<string, unknown>>,
): Readonly<Record<string, Json>> {
  const shape: Readonly<Record<string, unknown>> = options instanceof z.ZodObject ? options.shape : {};
  const own = Object.hasOwn(recipe.learners, name) ? recipe.learners[name] : {};
  const settled = (key: string): boolean =>
    [[key], ...alternatives.filter((row) => row.includes(key))].flat().some((one) => Object.hasOwn(given, one));
  const set = Object.entries({ ...recipe.options, ...own });
  return Object.fromEntries(set.filter(([key]) => Object.hasOwn(shape, key) && !settled(key)));
}
