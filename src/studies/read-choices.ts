import type * as z from 'zod';
import { ReverieError } from '../core/errors.js';
import { issueProblems } from '../scenarios/issue-problems.js';

/**
 * What `--set` gave to a study, as its schema takes it.
 *
 * @throws ReverieError `bad-usage`, a line for each thing that is wrong, in the words that scenario files are told in
 */
export function readChoices<Output>(schema: z.ZodType<Output>, given: unknown): Output {
  const parsed = schema.safeParse(given);
  if (parsed.success) return parsed.data;
  const lines = issueProblems(parsed.error.issues, schema, given).map(({ path, unknownKey, message }) =>
    unknownKey === undefined ? `--set ${path.join('.')}: ${message}` : `--set ${message}`,
  );
  throw new ReverieError('bad-usage', lines.join('\n'));
}
