import { advance, assign, lanes, leaveAt, product, vectorBytes, vectorsOf } from './wasm-code.js';
import { encodeModule, instructions as wasm, type Code, type ValueType } from './wasm-module.js';

/** Parameters of both functions. */
const [source, target, lineBytes, steps, strips] = [0, 1, 2, 3, 4] as const;

/*
 * Modules that put a matrix into strips of `width` lines, as tile-products.ts wants them: all lines' first numbers, then
 * all lines' second numbers, and so on. Their function `run` takes the addresses of source and target, the bytes from
 * one line (or step) of the source to the next, the number of steps, that is, of numbers in a line, and the number of
 * strips.
 */

const parameters: readonly ValueType[] = ['i32', 'i32', 'i32', 'i32', 'i32'];

function stripBytes(width: number): Code {
  return product(steps, wasm.i32Const(width * 4));
}

/** Sets a local to where the last strip ends. */
function setEnd(local: number, width: number): Code {
  return assign(local, [...wasm.localGet(target), ...product(strips, stripBytes(width)), ...wasm.i32Add]);
}

/** For sources in which the numbers of one step lie side by side. */
export function packSteps(width: number): Uint8Array<ArrayBuffer> {
  const [from, targetEnd, stripEnd] = [5, 6, 7] as const;
  const body = [
    ...setEnd(targetEnd, width),
    ...wasm.loop([
      ...leaveAt(target, targetEnd),
      ...assign(from, wasm.localGet(source)),
      ...assign(stripEnd, [...wasm.localGet(target), ...stripBytes(width), ...wasm.i32Add]),
      ...wasm.loop([
        ...leaveAt(target, stripEnd),
        ...vectorsOf(width).flatMap((i) => [
          ...wasm.localGet(target),
          ...wasm.localGet(from),
          ...wasm.vectorLoad(i * vectorBytes),
          ...wasm.vectorStore(i * vectorBytes),
        ]),
        ...advance(from, wasm.localGet(lineBytes)),
        ...advance(target, wasm.i32Const(width * 4)),
      ]),
      ...advance(source, wasm.i32Const(width * 4)),
    ]),
  ];
  return encodeModule({ parameters, locals: ['i32', 'i32', 'i32'], body });
}

/**
 * For sources in which the numbers of one line lie side by side: squares of 4 × 4 numbers are transposed. Steps beyond
 * the last multiple of four are left out.
 */
export function packLines(width: number): Uint8Array<ArrayBuffer> {
  const locals: ValueType[] = [];
  const local = (type: ValueType): number => parameters.length + locals.push(type) - 1;
  const [from, line, to, squaresEnd, targetEnd] = [
    local('i32'),
    local('i32'),
    local('i32'),
    local('i32'),
    local('i32'),
  ];
  const rows = Array.from({ length: lanes }, () => local('v128'));
  const pairs = Array.from({ length: lanes }, () => local('v128'));
  const shuffled = (pair: readonly [number, number], floats: readonly [number, number, number, number]) => [
    ...wasm.localGet(pair[0]),
    ...wasm.localGet(pair[1]),
    ...wasm.shuffle(...floats),
  ];
  const [r0 = 0, r1 = 0, r2 = 0, r3 = 0] = rows;
  const [low01 = 0, low23 = 0, high01 = 0, high23 = 0] = pairs;
  const square = (at: number) => [
    ...rows.flatMap((row) => [
      ...assign(row, [...wasm.localGet(line), ...wasm.vectorLoad(0)]),
      ...advance(line, wasm.localGet(lineBytes)),
    ]),
    ...assign(low01, shuffled([r0, r1], [0, 4, 1, 5])),
    ...assign(low23, shuffled([r2, r3], [0, 4, 1, 5])),
    ...assign(high01, shuffled([r0, r1], [2, 6, 3, 7])),
    ...assign(high23, shuffled([r2, r3], [2, 6, 3, 7])),
    ...(
      [
        [low01, low23, 0],
        [low01, low23, 1],
        [high01, high23, 0],
        [high01, high23, 1],
      ] as const
    ).flatMap(([x, y, half], step) => [
      ...wasm.localGet(to),
      ...shuffled([x, y], half === 0 ? [0, 1, 4, 5] : [2, 3, 6, 7]),
      ...wasm.vectorStore(step * width * 4 + at * vectorBytes),
    ]),
  ];
  const body = [
    ...setEnd(targetEnd, width),
    ...wasm.loop([
      ...leaveAt(target, targetEnd),
      ...assign(from, wasm.localGet(source)),
      ...assign(to, wasm.localGet(target)),
      ...assign(squaresEnd, [
        ...wasm.localGet(target),
        ...wasm.localGet(steps),
        ...wasm.i32Const(-lanes),
        ...wasm.i32And,
        ...wasm.i32Const(width * 4),
        ...wasm.i32Mul,
        ...wasm.i32Add,
      ]),
      ...wasm.loop([
        ...leaveAt(to, squaresEnd),
        ...assign(line, wasm.localGet(from)),
        ...vectorsOf(width).flatMap(square),
        ...advance(from, wasm.i32Const(vectorBytes)),
        ...advance(to, wasm.i32Const(lanes * width * 4)),
      ]),
      ...advance(source, product(lineBytes, wasm.i32Const(width))),
      ...advance(target, stripBytes(width)),
    ]),
  ];
  return encodeModule({ parameters, locals, body });
}
