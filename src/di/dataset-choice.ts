import { ReverieError } from '../core/errors.js';
import { jsonOrText } from '../core/json-or-text.js';
import { unknownName } from '../core/suggestion.js';
import { isRecord } from '../core/snapshot.js';
import { toJson } from '../core/canonical-json.js';
import type { Catalogue } from '../scenarios/catalogue.js';
import type { PartChoice } from '../scenarios/scenario.js';

/**
 * A data set as the command line names it, its options checked and filled in.
 *
 * @param given `name=value` or `name.inner=value` each; a value is JSON, or else text
 * @throws ReverieError `unknown-name`, or `bad-usage` for options that it does not take
 */
export function datasetChoice(
  { datasets }: Pick<Catalogue, 'datasets'>,
  name: string,
  given: readonly string[],
): PartChoice {
  const part = Object.hasOwn(datasets, name) ? datasets[name] : undefined;
  if (part === undefined) throw unknownName('data set', name, Object.keys(datasets));
  const checked = part.options.safeParse(assigned(given));
  const options = toJson(checked.data);
  if (options !== undefined) return { name, options };
  const problems = checked.error?.issues.map(({ path, message }) => [path.join('.'), message].join(': ').trim()) ?? [];
  throw new ReverieError('bad-usage', `--option of data set "${name}": ${problems.join('; ')}`);
}

/** @throws ReverieError `bad-usage` for what is no assignment */
function assigned(given: readonly string[]): Record<string, unknown> {
  const options: Record<string, unknown> = {};
  for (const text of given) {
    const at = text.indexOf('=');
    if (at < 1) throw new ReverieError('bad-usage', `--option ${text}: expected name=value`);
    const path = text.slice(0, at).split('.');
    let target = options;
    for (const key of path.slice(0, -1)) {
      const inner = Object.hasOwn(target, key) && isRecord(target[key]) ? target[key] : {};
      Object.defineProperty(target, key, { value: inner, enumerable: true, configurable: true, writable: true });
      target = inner;
    }
    const value = jsonOrText(text.slice(at + 1));
    Object.defineProperty(target, path.at(-1) ?? '', { value, enumerable: true, configurable: true, writable: true });
  }
  return options;
}
