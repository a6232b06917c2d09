import { ReverieError } from '../../core/errors.js';
import type { TrainedFunction } from '../../core/trained-function.js';

/** What names of values may be, so that every format takes them; `v0`, `v1`, … are for values in between. */
const allowed = /^(?!v\d+$)[A-Za-z0-9][\w./-]*$/;

/**
 * Makes sure that inputs, outputs and parameters have names of their own in one space of names, as files have it.
 *
 * @throws bad-plugin
 */
export function checkValueNames({ name, inputs, outputs, parameters }: TrainedFunction): void {
  const names = [inputs, outputs, parameters].flatMap((values) => Object.keys(values));
  const twice = names.find((one, i) => names.indexOf(one) !== i);
  const bad = /^[a-z][a-z0-9-]*$/.test(name) ? names.find((one) => !allowed.test(one)) : name;
  if (twice !== undefined) {
    throw new ReverieError('bad-plugin', `"${name}" cannot be exported: it uses the name "${twice}" twice`);
  }
  if (bad !== undefined) {
    throw new ReverieError(
      'bad-plugin',
      `"${name}" cannot be exported: the name "${bad}" does not go into files; expected letters, digits, dashes (and in ` +
        'names of values . / _), not v and a number',
    );
  }
}
