import { ReverieError } from '../core/errors.js';
import { jsonOrText } from '../core/json-or-text.js';
import { unknownName } from '../core/suggestion.js';
import { toJson } from '../core/canonical-json.js';
import type { Catalogue } from '../scenarios/catalogue.js';
import type { PartChoice } from '../scenarios/scenario.js';

/**
 * A data set as the command line names it, its options checked and filled in.
 *
 * @param given `name=value` each; a value is JSON, or else text
 * @throws ReverieError `unknown-name`, or `bad-usage` for options that it does not take
 */
export function datasetChoice(
  { datasets }: Pick<Catalogue, 'datasets'>,
  name: string,
  given: readonly string[],
): PartChoice {
  const part = Object.hasOwn(datasets, name) ? datasets[name] : undefined;
  if (part === undefined) throw unknownName('data set', name, Object.keys(datasets));
  const checked = part.options.safeParse(Object.fromEntries(given.map(assignment)));
  const options = toJson(checked.data);
  if (options !== undefined) return { name, options };
  const problems = checked.error?.issues.map(({ path, message }) => [path.join('.'), message].join(': ').trim()) ?? [];
  throw new ReverieError('bad-usage', `--option of data set "${name}": ${problems.join('; ')}`);
}

function assignment(text: string): readonly [name: string, value: unknown] {
  const at = text.indexOf('=');
  if (at < 1) throw new ReverieError('bad-usage', `--option ${text}: expected name=value`);
  return [text.slice(0, at), jsonOrText(text.slice(at + 1))];
}
