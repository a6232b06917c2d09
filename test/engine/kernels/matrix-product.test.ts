import { expect } from 'chai';
import fc from 'fast-check';
import { MatrixProduct, type Extents } from '../../../src/engine/kernels/matrix-product.js';
import { webAssembly } from '../../../src/engine/kernels/web-assembly.js';

/** Floats of the memory in front of the factors, so that an address of 0 is not the only one that works. */
const before = 3;

interface Case extends Extents {
  readonly transposeA: boolean;
  readonly transposeB: boolean;
}

/** The product by the kernel; the second factor ends where the memory does, so that reading past it would trap. */
function product(a: Float32Array, b: Float32Array, { transposeA, transposeB, ...extents }: Case): Float32Array {
  const { m, n } = extents;
  const scratch = MatrixProduct.scratchBytes(extents);
  const [aAt, targetAt] = [before * 4, (before + a.length) * 4];
  const scratchAt = targetAt + m * n * 4;
  const pages = Math.ceil((scratchAt + scratch + b.length * 4) / 65536);
  const memory = new webAssembly.Memory({ initial: pages, maximum: pages });
  // What was never written must not count, not even as NaN times 0.
  new Float32Array(memory.buffer).fill(NaN);
  const bAt = pages * 65536 - b.length * 4;
  new Float32Array(memory.buffer, aAt, a.length).set(a);
  new Float32Array(memory.buffer, bAt, b.length).set(b);
  new MatrixProduct(memory).run(
    { address: aAt, transposed: transposeA },
    { address: bAt, transposed: transposeB },
    targetAt,
    extents,
    scratchAt,
  );
  expect(new Float32Array(memory.buffer, aAt, a.length)).to.deep.equal(a);
  expect(new Float32Array(memory.buffer, bAt, b.length)).to.deep.equal(b);
  return new Float32Array(memory.buffer, targetAt, m * n).slice();
}

/** Each element summed up in order, as the mathematics has it, rounded after each operation. */
function reference(
  a: Float32Array,
  b: Float32Array,
  { m, k, n, transposeA, transposeB }: Case,
  round: (value: number) => number,
): number[] {
  return Array.from({ length: m * n }, (_, at) => {
    const [i, j] = [Math.floor(at / n), at % n];
    let sum = 0;
    for (let p = 0; p < k; p++) {
      const x = a[transposeA ? p * m + i : i * k + p] ?? NaN;
      const y = b[transposeB ? j * k + p : p * n + j] ?? NaN;
      sum = round(sum + round(x * y));
    }
    return sum;
  });
}

/** Numbers in −1…1 with all bits in use. */
function numbers(count: number, seed: number): Float32Array {
  let state = (seed * 2654435761 + 12345) >>> 0;
  return Float32Array.from({ length: count }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 31 - 1;
  });
}

function factors(c: Case, seed: number): [Float32Array, Float32Array] {
  return [numbers(c.m * c.k, seed), numbers(c.k * c.n, seed + 1)];
}

describe('a matrix product in WebAssembly', () => {
  const transposes = { transposeA: fc.boolean(), transposeB: fc.boolean() };
  const extent = fc.integer({ min: 1, max: 19 });

  it('sums up in order in float32, at any extents, with either factor transposed', () => {
    fc.assert(
      fc.property(fc.record({ m: extent, k: extent, n: extent, ...transposes }), fc.nat(1000), (c, seed) => {
        const [a, b] = factors(c, seed);
        expect([...product(a, b, c)]).to.deep.equal(reference(a, b, c, Math.fround));
      }),
      { numRuns: 200 },
    );
  });

  it('comes as close to the exact product as a float32 sum can', () => {
    fc.assert(
      fc.property(fc.record({ m: extent, k: fc.constant(300), n: extent, ...transposes }), fc.nat(1000), (c, seed) => {
        const [a, b] = factors(c, seed);
        const exact = reference(a, b, c, (value) => value);
        // k roundings of sums of at most k terms of at most 1: far above what occurs, far below a wrong term.
        const bound = (c.k * c.k * 2 ** -24) / 2;
        product(a, b, c).forEach((value, i) => {
          expect(Math.abs(value - (exact[i] ?? NaN)), `element ${i}`).to.be.at.most(bound);
        });
      }),
      { numRuns: 10 },
    );
  });

  for (const [what, extents] of Object.entries({
    'an inner extent of several parts': { m: 9, k: 777, n: 17 },
    'rows of several parts': { m: 518, k: 5, n: 9 },
    'whole tiles in several parts': { m: 520, k: 260, n: 16 },
    'one row': { m: 1, k: 300, n: 50 },
    'one column': { m: 50, k: 300, n: 1 },
    'an outer product': { m: 33, k: 1, n: 21 },
  })) {
    it(`does not change over ${what}`, () => {
      for (const [transposeA, transposeB] of [
        [false, false],
        [false, true],
        [true, false],
        [true, true],
      ] as const) {
        const c = { ...extents, transposeA, transposeB };
        const [a, b] = factors(c, 7);
        expect([...product(a, b, c)]).to.deep.equal(reference(a, b, c, Math.fround));
      }
    });
  }

  it('carries infinities and NaN into their rows and columns alone', () => {
    const c = { m: 5, k: 6, n: 9, transposeA: false, transposeB: false };
    const [a, b] = factors(c, 3);
    a[1 * 6 + 2] = Infinity;
    b[4 * 9 + 8] = NaN;
    expect([...product(a, b, c)]).to.deep.equal(reference(a, b, c, Math.fround));
  });
});
