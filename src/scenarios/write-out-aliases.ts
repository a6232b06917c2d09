import {
  isAlias,
  isMap,
  isPair,
  isScalar,
  isSeq,
  Scalar,
  type Document,
  type Node,
  type Pair,
  type YAMLMap,
} from 'yaml';
import { maxDepth, maxValues, tooDeep } from './yaml-limits.js';

/** A mistake in a text, at an offset of it. */
export interface Mistake {
  readonly offset: number;
  readonly message: string;
}

/**
 * Writes out the aliases and merge keys (`<<: *defaults`) of a document as copies, so that nobody after it meets any: what
 * `--set` changes in one place does not show in another, and whatever walks the values comes to an end. An alias's copy
 * stands where the alias stood; what is in it where it was written.
 *
 * @returns mistakes: keys that are there twice, and the first of what ends the writing out, an alias without an anchor before it or
 *   within what it names, a key that is no single value, more values or a deeper nesting than a scenario has
 */
export function writeOutAliases(document: Document): readonly Mistake[] {
  const unfolding = new Unfolding();
  try {
    document.contents = unfolding.unfold(document.contents, 0);
    return unfolding.mistakes;
  } catch (error) {
    if (error instanceof Refused) return [...unfolding.mistakes, error];
    throw error;
  }
}

class Refused extends Error implements Mistake {
  constructor(
    readonly offset: number,
    message: string,
  ) {
    super(message);
  }
}

/** What an anchor names; undefined while its end has not been reached. */
interface Anchored {
  readonly node: Node;
  readonly values: number;
  readonly height: number;
}

class Unfolding {
  readonly #anchors = new Map<string, Anchored | undefined>();
  readonly mistakes: Mistake[] = [];
  #values = 0;
  #deepest = 0;

  /** The node with all below it written out. @param depth lists and maps around it */
  unfold(node: Node | null, depth: number): Node | null {
    if (node === null) return node;
    if (isAlias(node)) return this.#copyOf(node.source, depth, node);
    const before = this.#values;
    this.#count(1, depth, node);
    const anchor = 'anchor' in node ? node.anchor : undefined;
    if (anchor !== undefined) {
      this.#anchors.set(anchor, undefined);
      delete node.anchor;
    }
    const outer = this.#deepest;
    this.#deepest = depth;
    if (isSeq<Node>(node)) node.items = node.items.map((item) => this.unfold(item, depth + 1) ?? new Scalar(null));
    if (isMap(node)) this.#unfoldMap(node, depth + 1);
    if (anchor !== undefined) {
      this.#anchors.set(anchor, { node, values: this.#values - before, height: this.#deepest - depth });
    }
    this.#deepest = Math.max(outer, this.#deepest);
    return node;
  }

  #unfoldMap(map: YAMLMap, depth: number): void {
    const own = new Set<string>();
    for (const pair of map.items) {
      pair.key = this.unfold(pair.key as Node | null, depth);
      pair.value = this.unfold(pair.value as Node | null, depth);
      if (isMerge(pair)) continue;
      const key = keyText(pair, map);
      if (own.has(key)) {
        this.mistakes.push({ offset: startOf(pair.key) ?? startOf(map) ?? 0, message: 'Map keys must be unique' });
      }
      own.add(key);
    }
    if (!map.items.some(isMerge)) return;
    const merged = new Set(own);
    map.items = map.items.flatMap((pair) => {
      if (!isMerge(pair)) return [pair];
      return sourcesOf(pair).flatMap(({ items }) =>
        items.filter((item) => {
          const key = keyText(item, map);
          return !merged.has(key) && merged.add(key);
        }),
      );
    });
  }

  #copyOf(name: string, depth: number, alias: Node): Node {
    const at = startOf(alias) ?? 0;
    const anchored = this.#anchors.get(name);
    if (anchored === undefined) {
      const within = this.#anchors.has(name);
      throw new Refused(
        at,
        within
          ? `the alias *${name} is within what its anchor &${name} names, which has no end; take it out`
          : `the alias *${name} has no anchor &${name} before it; write the value itself, or an anchor further up`,
      );
    }
    const { node, values, height } = anchored;
    this.#count(values, depth + height, alias);
    const copy = node.clone() as Node;
    if (alias.range) copy.range = alias.range;
    return copy;
  }

  #count(values: number, depth: number, node: Node): void {
    this.#values += values;
    this.#deepest = Math.max(this.#deepest, depth);
    if (depth > maxDepth) throw new Refused(startOf(node) ?? 0, `the file ${tooDeep}`);
    if (this.#values > maxValues) {
      throw new Refused(
        startOf(node) ?? 0,
        `the file has more than ${maxValues} values when its aliases are written out; expected a scenario, some fifty`,
      );
    }
  }
}

function isMerge({ key }: Pair): boolean {
  return isScalar(key) && key.value === '<<' && key.type === Scalar.PLAIN;
}

function sourcesOf({ key, value }: Pair): readonly YAMLMap[] {
  const sources = isSeq(value) ? value.items : [value];
  if (sources.every((source) => isMap(source))) return sources;
  throw new Refused(startOf(key) ?? 0, 'the key << takes an alias of an object with keys, or a list of such aliases');
}

/** The key as it will be in an object. */
function keyText({ key }: Pair, map: Node): string {
  if (key === null) return '';
  if (isScalar<string | number | boolean | null>(key)) return String(key.value ?? '');
  const at = startOf(key) ?? startOf(map) ?? 0;
  throw new Refused(at, 'a key must be a single value; a list or an object stands there as a key');
}

function startOf(node: unknown): number | undefined {
  return isPair(node) ? startOf(node.key) : (node as Node | null | undefined)?.range?.[0];
}
