import type * as z from 'zod';
import { toJson } from '../core/canonical-json.js';
import { ReverieError } from '../core/errors.js';
import type { Catalogue } from './catalogue.js';
import { issueProblems } from './issue-problems.js';
import { applyOverride } from './overrides.js';
import type { PartChoice } from './scenario.js';
import type { ParsedPart, SchemaForm } from './scenario-schema.js';
import { parseSource, placeOf, problemsError, valueOf } from './scenario-source.js';
import type { Expanded } from './shorthand.js';

/** A format of scenario files: one for `reverie run`, one for `reverie represent`. */
export interface FileFormat<Parsed, Written extends Expanded, Content> {
  readonly schema: (catalogue: Catalogue, form: SchemaForm) => z.ZodType<Parsed>;
  readonly expand: (raw: unknown, catalogue: Catalogue) => Written;
  /** What a program gets. `place` gives `file:line:column` of a value. */
  readonly build: (parsed: Parsed, written: Written, file: string, place: (key: string) => string) => Content;
}

/**
 * Overrides and checks the text of a file: the same text, catalogue and overrides give the same content.
 *
 * @param file name for messages
 * @param overrides `a.b.c=value` each, as given with `--set`
 * @throws ReverieError `bad-scenario` with all that is wrong, one a line, each with its place; `unknown-name` where it is
 *   nothing but one name; `bad-usage` for an override that is not `path=value`
 */
export function parseFile<Parsed, Written extends Expanded, Content>(
  format: FileFormat<Parsed, Written, Content>,
  text: string,
  file: string,
  catalogue: Catalogue,
  overrides: readonly string[],
): Content {
  const source = parseSource(text, file);
  for (const override of overrides) applyOverride(source, override);
  const written = format.expand(valueOf(source), catalogue);
  const schema = format.schema(catalogue, 'long');
  const { data, error } = schema.safeParse(written.value);
  const found = issueProblems(error?.issues ?? [], schema, written.value, catalogue.nouns);
  const placed = found.map((problem) => ({ ...problem, path: written.place(problem.path) }));
  // What was written out of one value shows its mistakes more than once.
  const problems = [...new Map([...placed, ...written.problems].map((one) => [JSON.stringify(one), one])).values()];
  if (data === undefined || problems.length > 0) throw problemsError(source, problems);
  return format.build(data, written, file, (key) => placeOf(source, { path: [key] }));
}

/** A part as the schema gave it. @throws ReverieError `bad-plugin` where its options are nothing that JSON can say */
export function partChoice({ name, options }: ParsedPart): PartChoice {
  const json = toJson(options);
  if (json !== undefined) return { name, options: json };
  throw new ReverieError(
    'bad-plugin',
    `the option schema of "${name}" gives something that JSON cannot say; expected numbers, texts, lists and objects`,
  );
}
