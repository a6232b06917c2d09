import {
  advance,
  assign,
  leaveAt,
  product,
  vectorBytes,
  vectorsOf,
  encodeModule,
  instructions as wasm,
  lanes,
  type Code,
  type ValueType,
} from './wasm-module.js';

/**
 * A tile of C. Its eight vectors of sums, four numbers of A and two vectors of B are what fits into the registers that
 * V8 has to give on x86; any larger tile, and any unrolled loop, is half as fast because some are spilled.
 */
export const tile = { rows: 4, columns: 8 } as const;

/**
 * A WebAssembly module that multiplies packed panels: C = A·B, or C + A·B where `adds` is not 0, adding up the `steps`
 * of the inner extent in order.
 *
 * Its function `run` takes the addresses of A, B and C, the inner extent, the number of strips in A and in B, the bytes
 * from one row of C to the next, and `adds`. A lies in strips of `tile.rows` rows; a strip holds its first column, then
 * its second, and so on. B lies in strips of `tile.columns` columns, each row by row.
 */
export function tileProducts(): Uint8Array<ArrayBuffer> {
  const [a, b, c, steps, aStrips, bStrips, rowBytes, adds] = [0, 1, 2, 3, 4, 5, 6, 7] as const;
  const parameters = Array.from({ length: 8 }, (): ValueType => 'i32');
  const locals: ValueType[] = [];
  const local = (type: ValueType): number => parameters.length + locals.push(type) - 1;
  const [aAt, bAt, aStripEnd, aEnd, bEnd] = [local('i32'), local('i32'), local('i32'), local('i32'), local('i32')];
  const [cStrip, cTile, cRow] = [local('i32'), local('i32'), local('i32')];
  const sums = Array.from({ length: tile.rows }, () => vectorsOf(tile.columns).map(() => local('v128')));
  const bRow = vectorsOf(tile.columns).map(() => local('v128'));
  const aNumber = local('v128');

  const step = [
    ...bRow.flatMap((vector, j) => assign(vector, [...wasm.localGet(bAt), ...wasm.vectorLoad(j * vectorBytes)])),
    ...sums.flatMap((row, i) => [
      ...assign(aNumber, [...wasm.localGet(aAt), ...wasm.splatLoad(i * 4)]),
      ...row.flatMap((sum, j) =>
        assign(sum, [
          ...wasm.localGet(sum),
          ...wasm.localGet(aNumber),
          ...wasm.localGet(bRow[j] ?? 0),
          ...wasm.mul,
          ...wasm.add,
        ]),
      ),
    ]),
  ];
  /** Something for each vector of the tile, with `cRow` at the row of C that it lies in. */
  const eachVector = (code: (sum: number, offset: number) => Code): Code => [
    ...assign(cRow, wasm.localGet(cTile)),
    ...sums.flatMap((row) => [
      ...row.flatMap((sum, j) => code(sum, j * vectorBytes)),
      ...advance(cRow, wasm.localGet(rowBytes)),
    ]),
  ];
  const aStripBytes = product(steps, wasm.i32Const(tile.rows * 4));
  const bStripBytes = product(steps, wasm.i32Const(tile.columns * 4));
  const tileProduct = [
    ...wasm.localGet(adds),
    ...wasm.either(
      eachVector((sum, offset) => assign(sum, [...wasm.localGet(cRow), ...wasm.vectorLoad(offset)])),
      sums.flat().flatMap((sum) => assign(sum, wasm.vectorConst(0))),
    ),
    ...assign(bAt, wasm.localGet(b)),
    ...assign(aStripEnd, [...wasm.localGet(aAt), ...aStripBytes, ...wasm.i32Add]),
    ...wasm.loop([
      ...leaveAt(aAt, aStripEnd),
      ...step,
      ...advance(aAt, wasm.i32Const(tile.rows * 4)),
      ...advance(bAt, wasm.i32Const(tile.columns * 4)),
    ]),
    ...eachVector((sum, offset) => [...wasm.localGet(cRow), ...wasm.localGet(sum), ...wasm.vectorStore(offset)]),
    ...assign(cTile, wasm.localGet(cRow)),
  ];
  // A strip of B stays in the first cache while all of A's pass by.
  const body = [
    ...assign(aEnd, [...wasm.localGet(a), ...product(aStrips, aStripBytes), ...wasm.i32Add]),
    ...assign(bEnd, [...wasm.localGet(b), ...product(bStrips, bStripBytes), ...wasm.i32Add]),
    ...assign(cStrip, wasm.localGet(c)),
    ...wasm.loop([
      ...leaveAt(b, bEnd),
      ...assign(aAt, wasm.localGet(a)),
      ...assign(cTile, wasm.localGet(cStrip)),
      ...wasm.loop([...leaveAt(aAt, aEnd), ...tileProduct]),
      ...advance(b, bStripBytes),
      ...advance(cStrip, wasm.i32Const(tile.columns * 4)),
    ]),
  ];
  return encodeModule({ parameters, locals, body });
}

/** Parameters of both functions. */
const [source, target, lineBytes, steps, strips] = [0, 1, 2, 3, 4] as const;

/*
 * Modules that put a matrix into strips of `width` lines, as {@link tileProducts} wants them: all lines' first numbers, then
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
