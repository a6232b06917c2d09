import { ReverieError } from '../core/errors.js';
import { toJson } from '../core/canonical-json.js';
import type { PartChoice } from './scenario.js';
import type { ParsedPart } from './scenario-schema.js';

/** A part as the schema gave it. @throws ReverieError `bad-plugin` where its options are nothing that JSON can say */
export function partChoice({ name, options }: ParsedPart): PartChoice {
  const json = toJson(options);
  if (json === undefined) {
    throw new ReverieError(
      'bad-plugin',
      `the option schema of "${name}" gives something that JSON cannot say; expected numbers, texts, lists and objects`,
    );
  }
  return { name, options: json };
}
