import { CST, Lexer } from 'yaml';

/** A scenario nests about five deep; the parser runs out of stack, and takes the process along, from about 1,000. */
const maxFlowDepth = 100;

/** In block style each level begins further to the right, so that a column bounds the depth. */
const maxBlockColumn = 400;

/** Whether the text nests lists and objects so deep that it must not be parsed. Takes time linear in its length. */
export function nestsTooDeep(text: string): boolean {
  let flowDepth = 0;
  let column = 0;
  for (const token of new Lexer().lex(text)) {
    const type = CST.tokenType(token);
    if (type === 'flow-seq-start' || type === 'flow-map-start') flowDepth++;
    if (type === 'flow-seq-end' || type === 'flow-map-end') flowDepth = Math.max(0, flowDepth - 1);
    const opensBlock = type === 'seq-item-ind' || type === 'explicit-key-ind' || type === 'map-value-ind';
    if (flowDepth > maxFlowDepth || (opensBlock && flowDepth === 0 && column > maxBlockColumn)) return true;
    const lineEnd = token.lastIndexOf('\n');
    column = lineEnd === -1 ? column + token.length : token.length - lineEnd - 1;
  }
  return false;
}
