import { isMap, isScalar, isSeq, LineCounter, Scalar, YAMLMap, type Node } from 'yaml';
import { ReverieError } from '../core/errors.js';
import { printable } from '../core/printable.js';
import { childOf, parseYaml, type ScenarioSource } from './scenario-source.js';

/** Where a bare name may stand for an object with that name. */
const partPath =
  /^(dataset|stream|(learners|autoencoders|encoders|probes|domains)\.\d+|memory|memory\.encoder|memory\.sampler)$/;

/**
 * Applies one `--set a.b.c=value` to a parsed file, before it is validated. The value is YAML: a number, a word, also
 * `[0, 1]`. Objects on the way are made where they lack, a bare name of a part becomes an object with that name, an
 * index one past the end appends, and `null` takes the key out.
 *
 * @param text what follows `--set`
 * @throws ReverieError `bad-usage` when the text is not `path=value` or the path leads through something else
 */
export function applyOverride(source: ScenarioSource, text: string): void {
  const equals = text.indexOf('=');
  const path = text.slice(0, Math.max(0, equals)).split('.');
  if (path.some((segment) => segment === '')) {
    throw misuse(text, 'expected path=value, e.g. --set memory.options.latent=32');
  }
  const value = parseValue(text, text.slice(equals + 1));
  const { document, overrides } = source;
  if (!isCollection(document.contents)) {
    if (!isNothing(document.contents)) throw misuse(text, `${source.file} holds a single value, not keys to set`);
    document.contents = new YAMLMap();
  }
  let parent: unknown = document.contents;
  for (const [depth, segment] of path.slice(0, -1).entries()) {
    parent = descend(source, parent, segment, path.slice(0, depth + 1).join('.'), text);
  }
  const last = path.at(-1) ?? '';
  if (isScalar(value) && value.value === null) remove(parent, last, text);
  else overrides.set(put(source, parent, last, value, text), text);
}

function parseValue(text: string, valueText: string): Node {
  const { document, mistakes } = parseYaml(valueText, new LineCounter(), `--set ${text}`);
  const [mistake] = mistakes;
  if (mistake !== undefined) throw misuse(text, `the value is not valid YAML: ${mistake.message}`);
  if (document.contents === null || valueText.trim() === '') throw misuse(text, 'expected a value after =');
  return document.contents;
}

function descend(source: ScenarioSource, parent: unknown, segment: string, path: string, text: string): unknown {
  const child = childOf(parent, segment)?.value;
  if (isCollection(child)) return child;
  const made = new YAMLMap();
  if (!isNothing(child)) {
    if (!partPath.test(path)) throw misuse(text, `${path} holds a single value; there is nothing in it to set`);
    made.set(new Scalar('name'), child);
  }
  return put(source, parent, segment, made, text);
}

/** Puts a value under a key or index; returns the value. A key that is new is marked as set from outside. */
function put(source: ScenarioSource, parent: unknown, segment: string, value: Node, text: string): Node {
  if (isMap(parent)) {
    const pair = childOf(parent, segment);
    if (pair !== undefined) pair.value = value;
    else {
      const key = new Scalar(segment);
      source.overrides.set(key, text);
      parent.set(key, value);
    }
  } else if (isSeq(parent)) {
    parent.items[indexIn(parent.items.length + 1, segment, text)] = value;
  }
  return value;
}

function remove(parent: unknown, segment: string, text: string): void {
  if (isMap(parent)) parent.delete(segment);
  else if (isSeq(parent)) parent.items.splice(indexIn(parent.items.length, segment, text), 1);
}

function indexIn(length: number, segment: string, text: string): number {
  const index = Number(segment);
  if (/^\d+$/.test(segment) && index < length) return index;
  throw misuse(
    text,
    `"${segment}" is not an index of that list; expected ${length === 0 ? 'none' : `0 … ${length - 1}`}`,
  );
}

function isCollection(node: unknown): boolean {
  return isMap(node) || isSeq(node);
}

function isNothing(node: unknown): boolean {
  return node === null || node === undefined || (isScalar(node) && node.value === null);
}

function misuse(text: string, what: string): ReverieError {
  return new ReverieError('bad-usage', printable(`--set ${printable(text, 200)}: ${what}`, 1500));
}
