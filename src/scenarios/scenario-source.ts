import { isMap, isSeq, LineCounter, parseDocument, type Document, type Node } from 'yaml';
import { ReverieError } from '../core/errors.js';
import { printable } from '../core/printable.js';
import { problemText, type Problem } from './problem.js';
import { writeOutAliases, type Mistake } from './write-out-aliases.js';
import { excessIn } from './yaml-limits.js';

/** A parsed scenario file that still knows where everything stands. */
export interface ScenarioSource {
  readonly file: string;
  readonly document: Document;
  readonly lines: LineCounter;
  /** For each node that did not come from the file: the `--set` that it came from. */
  readonly overrides: Map<unknown, string>;
}

/** Mistakes of syntax bring others after them, of which nobody wants to read more. */
const maxMistakes = 10;

/** A list of more than this is not read to its end; what is left shows once these are mended. */
const maxProblems = 50;

/** Characters of a line. */
const longestLine = 1500;

/**
 * Parses YAML 1.2 (of which JSON is a part) in its core schema, with merge keys and without tags of other kinds. Aliases and
 * merge keys are written out.
 *
 * @param file name for messages
 * @throws ReverieError `bad-scenario` with the first ten mistakes of syntax
 */
export function parseSource(text: string, file: string): ScenarioSource {
  const lines = new LineCounter();
  const { document, mistakes } = parseYaml(text, lines, file);
  const said = mistakes.slice(0, maxMistakes).map(({ offset, message }) => {
    const { line, col } = lines.linePos(offset);
    return printable(`${file}:${line}:${col} is not valid YAML: ${message}`, longestLine);
  });
  if (said.length > 0) throw new ReverieError('bad-scenario', said.join('\n'));
  return { file, document, lines, overrides: new Map() };
}

/**
 * As {@link parseSource}, but mistakes of syntax are handed back.
 *
 * @throws ReverieError `bad-scenario` for a text that is too much to parse
 */
export function parseYaml(
  text: string,
  lines: LineCounter,
  file: string,
): { readonly document: Document; readonly mistakes: readonly Mistake[] } {
  const excess = excessIn(text);
  if (excess !== undefined) throw new ReverieError('bad-scenario', printable(`${file} ${excess}`, longestLine));
  const document: Document = parseDocument(text, {
    ...{ lineCounter: lines, prettyErrors: false, version: '1.2', schema: 'core' },
    // Tags of YAML 1.1, such as !!set and !!timestamp, make values that JSON cannot say.
    resolveKnownTags: false,
    // Compares each key with each; they are compared when aliases are written out.
    uniqueKeys: false,
  });
  const mistakes = [...document.errors, ...document.warnings].map(({ code, message, pos }) => ({
    offset: pos[0],
    message: code === 'MULTIPLE_DOCS' ? secondDocument : message,
  }));
  return { document, mistakes: mistakes.length > 0 ? mistakes : writeOutAliases(document) };
}

const secondDocument =
  'a second document begins here; keep one of them, without the lines ---, or put each into a file';

/** The file's content as plain data: what JSON can say, and numbers that are not finite. */
export function valueOf({ document }: ScenarioSource): unknown {
  return document.toJS();
}

/** Where a problem stands: `file:line:column`, or the `--set` that brought it. */
export function placeOf(source: ScenarioSource, problem: Pick<Problem, 'path' | 'unknownKey'>): string {
  return positionOf(source, problem).text;
}

/** The error that reports the problems at once, in the order of the file, one a line, fifty at most. */
export function problemsError(source: ScenarioSource, problems: readonly Problem[]): ReverieError {
  const placed = problems.map((problem) => ({ problem, position: positionOf(source, problem) }));
  placed.sort((a, b) => a.position.offset - b.position.offset);
  const lines = placed.map(({ problem, position }) =>
    printable(`${position.text} ${problemText(problem)}`, longestLine),
  );
  // What is merged into several places shows its mistakes in each.
  const text = [...new Set(lines)];
  if (text.length > maxProblems) text.splice(maxProblems, Infinity, 'and more, which show when these are mended');
  const onlyName = text.length === 1 && problems[0]?.unknownName === true;
  return new ReverieError(onlyName ? 'unknown-name' : 'bad-scenario', text.join('\n'));
}

/** `offset` is only for sorting: what was set on the command line comes after what stands in the file. */
interface Position {
  readonly offset: number;
  readonly text: string;
}

function positionOf(source: ScenarioSource, { path, unknownKey }: Pick<Problem, 'path' | 'unknownKey'>): Position {
  const walked = unknownKey === undefined ? path : [...path, unknownKey];
  let node: unknown = source.document.contents;
  let offset = startOf(node) ?? 0;
  for (const [depth, segment] of walked.entries()) {
    const pair = childOf(node, segment);
    if (pair === undefined) break;
    const override = source.overrides.get(pair.key) ?? source.overrides.get(pair.value);
    if (override !== undefined) return { offset: Number.MAX_SAFE_INTEGER, text: `--set ${override}` };
    const atKey = unknownKey !== undefined && depth === walked.length - 1;
    offset = (atKey ? startOf(pair.key) : (startOf(pair.value) ?? startOf(pair.key))) ?? offset;
    node = pair.value;
  }
  const { line, col } = source.lines.linePos(offset);
  return { offset, text: `${source.file}:${line}:${col}` };
}

/** What stands in a map or sequence; in a sequence it has no key. */
export interface Entry {
  readonly key: unknown;
  value: unknown;
}

/** The entry of a map or sequence under this key or index. */
export function childOf(node: unknown, segment: string | number): Entry | undefined {
  if (isMap(node)) return node.items.find((pair) => keyOf(pair.key) === String(segment));
  if (!isSeq(node)) return undefined;
  const value = node.items[Number(segment)];
  return value === undefined ? undefined : { key: undefined, value };
}

function keyOf(key: unknown): string {
  return typeof key === 'object' && key !== null && 'value' in key ? String(key.value) : String(key);
}

function startOf(node: unknown): number | undefined {
  return (node as Node | null | undefined)?.range?.[0];
}
