import type * as z from 'zod';
import { ReverieError } from '../core/errors.js';
import { issueProblems } from '../scenarios/issue-problems.js';
import { problemText } from '../scenarios/problem.js';

/**
 * What `--set` gave to a study, as its schema takes it.
 *
 * @throws ReverieError `bad-usage`, a line for each thing that is wrong, in the words for mistakes in scenario files
 */
export function readChoices<Output>(schema: z.ZodType<Output>, given: unknown): Output {
  const parsed = schema.safeParse(given);
  if (parsed.success) return parsed.data;
  const problems = issueProblems(parsed.error.issues, schema, given);
  throw new ReverieError('bad-usage', problems.map((problem) => `--set ${problemText(problem)}`).join('\n'));
}
