import { CST, Lexer } from 'yaml';

/** A scenario nests about five deep; the parser runs out of stack, and takes the process along, from about 1,000. */
export const maxDepth = 100;

/** In block style each level begins further to the right, so that a column bounds the depth. */
const maxBlockColumn = 400;

/**
 * Tokens, in all and without blanks, line ends and comments; an escape in a quoted text counts as one. The parser takes up to 40 µs for a token that is a mistake
 * and 3 µs for a blank one, so that within these limits it takes about half a second whatever it reads.
 */
const maxTokens = 100_000;
const maxSolidTokens = 20_000;

/** Values of a file when its aliases are written out. */
export const maxValues = 20_000;

/** What is no content: blanks, and marks that the lexer puts before scalars and documents. */
const blank: ReadonlySet<string | null> = new Set([
  ...['space', 'newline', 'comment', 'byte-order-mark'],
  ...['scalar', 'doc-mode', 'flow-error-end'],
]);

/**
 * Why the text must not be parsed: it nests lists and objects too deep, or holds too much for a scenario. Takes time linear
 * in its length.
 *
 * @returns what it does, as the middle of a sentence; undefined where it may be parsed
 */
export function excessIn(text: string): string | undefined {
  let flowDepth = 0;
  let column = 0;
  let tokens = 0;
  let solid = 0;
  for (const token of new Lexer().lex(text)) {
    const type = CST.tokenType(token);
    if (type === 'flow-seq-start' || type === 'flow-map-start') flowDepth++;
    if (type === 'flow-seq-end' || type === 'flow-map-end') flowDepth = Math.max(0, flowDepth - 1);
    const opensBlock = type === 'seq-item-ind' || type === 'explicit-key-ind' || type === 'map-value-ind';
    if (flowDepth > maxDepth) return tooDeep;
    if (opensBlock && flowDepth === 0 && column > maxBlockColumn) {
      return `begins a value beyond column ${maxBlockColumn} of a line; expected a scenario, which nests some five deep`;
    }
    tokens++;
    if (!blank.has(type)) solid += token.split('\\', maxSolidTokens + 1).length;
    if (tokens > maxTokens || solid > maxSolidTokens) return `holds more than a scenario does; ${expectation}`;
    const lineEnd = token.lastIndexOf('\n');
    column = lineEnd === -1 ? column + token.length : token.length - lineEnd - 1;
  }
  return undefined;
}

/** What a file that nests too deep does, as the middle of a sentence. */
export const tooDeep = 'nests lists and objects a hundred deep; expected a scenario, some five';

/** What is expected of one that holds too much. */
const expectation = `expected at most ${maxSolidTokens} words and signs, ${maxTokens} with blanks and line ends`;
