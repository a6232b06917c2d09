import { isAlias, isMap, isSeq, LineCounter, parseDocument, type Document, type Node } from 'yaml';
import { ReverieError, messageOf } from '../core/errors.js';
import { nestsTooDeep } from './nesting.js';
import { problemText, type Problem } from './problem.js';

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

/** An alias may be used; a file that unfolds to more than this many copies is an attack on memory. */
const maxAliasCount = 100;

/**
 * Parses YAML 1.2 (of which JSON is a part) without custom tags.
 *
 * @param file name for messages
 * @throws ReverieError `bad-scenario` with the first ten mistakes of syntax
 */
export function parseSource(text: string, file: string): ScenarioSource {
  const lines = new LineCounter();
  const document = parseYaml(text, lines, file);
  const mistakes = [...document.errors, ...document.warnings].map((mistake) => {
    const { line, col } = lines.linePos(mistake.pos[0]);
    return `${file}:${line}:${col} is not valid YAML: ${mistake.message}`;
  });
  if (mistakes.length > 0) throw new ReverieError('bad-scenario', mistakes.slice(0, maxMistakes).join('\n'));
  return { file, document, lines, overrides: new Map() };
}

/** As {@link parseSource}, but mistakes of syntax stay in the document's `errors` and `warnings`. */
export function parseYaml(text: string, lines: LineCounter, file: string): Document {
  if (nestsTooDeep(text)) {
    throw new ReverieError(
      'bad-scenario',
      `${file} nests lists and objects a hundred deep; expected a scenario, some five`,
    );
  }
  return parseDocument(text, { lineCounter: lines, prettyErrors: false, version: '1.2', schema: 'core' });
}

/** The file's content as plain data. */
export function valueOf({ document, file }: ScenarioSource): unknown {
  try {
    return document.toJS({ maxAliasCount });
  } catch (cause) {
    throw new ReverieError(
      'bad-scenario',
      `${file} has aliases that cannot be followed: ${messageOf(cause)}; expected each after its anchor, and at most ` +
        `${maxAliasCount} uses of them`,
      { cause },
    );
  }
}

/** Where a problem stands: `file:line:column`, or the `--set` that brought it. */
export function placeOf(source: ScenarioSource, problem: Pick<Problem, 'path' | 'unknownKey'>): string {
  return positionOf(source, problem).text;
}

/** The error that tells of all problems at once, in the order of the file, one a line. */
export function problemsError(source: ScenarioSource, problems: readonly Problem[]): ReverieError {
  const placed = problems.map((problem) => ({ problem, position: positionOf(source, problem) }));
  placed.sort((a, b) => a.position.offset - b.position.offset);
  const text = placed.map(({ problem, position }) => `${position.text} ${problemText(problem)}`);
  const onlyName = problems.length === 1 && problems[0]?.unknownName === true;
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
    const pair = childOf(source.document, node, segment);
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

/** The entry of a map or sequence under this key or index; aliases are followed. */
export function childOf(document: Document, parent: unknown, segment: string | number): Entry | undefined {
  const node = isAlias(parent) ? parent.resolve(document) : parent;
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
