import { z } from 'zod';
import type { Dataset } from '../core/dataset.js';
import type { Json } from '../core/snapshot.js';
import type { Engine } from '../engine/engine.js';
import { ReverieError } from '../core/errors.js';
import { issueProblems } from '../scenarios/issue-problems.js';
import { problemText } from '../scenarios/problem.js';

/** What a trial of a study needs of the process that it runs in. */
export interface StudyServices {
  dataset(choice: { readonly name: string; readonly options: Json }): Promise<Dataset>;
  engine(): Promise<Engine>;
  /** Milliseconds from any beginning. */
  readonly clock: () => number;
}

/** JSON as it stands in a specification. */
export const json = z.custom<Json>((value) => value !== undefined, 'expected JSON');

/**
 * What a trial runs on. The source and the sizes of the data set, and the engine, are there because they decide what comes
 * out.
 */
export const groundSpec = {
  dataset: z.object({ name: z.string(), options: json, source: z.string(), train: z.int(), test: z.int() }),
  engine: z.string(),
  /** Whether it measures on training samples that nothing learns. */
  validate: z.boolean(),
};

export interface GroundSpec {
  readonly dataset: { readonly name: string; readonly options: Json; readonly source: string } & Readonly<
    Record<'train' | 'test', number>
  >;
  readonly engine: string;
  readonly validate: boolean;
}

/** The data set, engine and measure of a study as its trials have them. */
export function groundOf(
  { name, source, train, test }: Dataset,
  options: Json,
  engine: Pick<Engine, 'name'>,
  validate: boolean,
): GroundSpec {
  return { dataset: { name, options, source, train: train.size, test: test.size }, engine: engine.name, validate };
}

/** Remembers what was made for a key, which is plain data, so that trials of one process share it. */
export function remembered<Key extends object, Value>(make: (key: Key) => Value): (key: Key) => Value {
  const made = new Map<string, Value>();
  return (key) => {
    const text = JSON.stringify(key);
    const known = made.get(text) ?? make(key);
    made.set(text, known);
    return known;
  };
}

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
