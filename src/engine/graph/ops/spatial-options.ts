import { formatShape } from '../../../core/tensor.js';
import type { GraphNode, Pair, Sides } from '../node.js';
import { shapeError } from '../shapes.js';

/** One number for both directions, or a vertical and a horizontal one. */
export type PairOption = number | Pair;
/** Symmetric padding, or a width for each side. */
export type PaddingOption = PairOption | Sides;

/** @throws bad-shape unless both are integers of at least `least` */
export function pairOf(op: string, inputs: readonly GraphNode[], what: string, given: PairOption, least: number): Pair {
  const pair: Pair = typeof given === 'number' ? [given, given] : given;
  if (pair.some((value) => !Number.isInteger(value) || value < least)) {
    throw shapeError(op, inputs, `${what} ${formatShape(pair)} must be integers of at least ${least}`);
  }
  return pair;
}

/** @throws bad-shape unless all widths are integers of at least 0 */
export function sidesOf(op: string, inputs: readonly GraphNode[], given: PaddingOption): Sides {
  if (typeof given === 'object' && 'top' in given) {
    pairOf(op, inputs, 'padding (top, bottom)', [given.top, given.bottom], 0);
    pairOf(op, inputs, 'padding (left, right)', [given.left, given.right], 0);
    return given;
  }
  const [vertical, horizontal] = pairOf(op, inputs, 'padding', given, 0);
  return { top: vertical, bottom: vertical, left: horizontal, right: horizontal };
}

/** The four extents of an image or a kernel. */
export function fourAxes(
  op: string,
  inputs: readonly GraphNode[],
  x: GraphNode,
  meaning: string,
): readonly [number, number, number, number] {
  const [a, b, c, d] = x.shape;
  if (x.shape.length !== 4 || a === undefined || b === undefined || c === undefined || d === undefined) {
    throw shapeError(op, inputs, `${formatShape(x.shape)} must have four axes: ${meaning}`);
  }
  return [a, b, c, d];
}

/** What padding adds to height and width. */
export function addedBy({ top, bottom, left, right }: Sides): Pair {
  return [top + bottom, left + right];
}
