import { advance, assign, leaveAt, product, vectorBytes, vectorsOf } from './wasm-code.js';
import { encodeModule, instructions as wasm, type Code, type ValueType } from './wasm-module.js';

/**
 * A tile of C. Its eight vectors of sums, four numbers of A and two vectors of B are what fits into the registers that
 * V8 has to give on x86; any larger tile, and any unrolled loop, is half as fast because some are spilled.
 */
export const tile = { rows: 4, columns: 8 } as const;

/**
 * A WebAssembly module that multiplies packed panels: C = A·B, or C + A·B where `adds` is not 0. A tile of C stays in
 * registers over all `steps` of the inner extent, which it adds up in order.
 *
 * Its function `run` takes the addresses of A, B and C, the inner extent, the number of strips in A and in B, the bytes
 * from one row of C to the next, and `adds`. A lies in strips of `tile.rows` rows, one after the other; a strip holds
 * its first column, then its second, and so on. B lies in strips of `tile.columns` columns, each row by row.
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
