import { expect } from 'chai';
import { randomStream } from '../../src/core/random.js';
import { addProducts, factorise, packed, packedLength, solved } from '../../src/learners/packed-matrix.js';

/** Values of a matrix of so many rows, standard normal. */
function matrix(rows: number, columns: number): Float64Array {
  const random = randomStream(rows);
  return Float64Array.from({ length: rows * columns }, () => random.normal());
}

// Sizes around those of tiles.
const sizes = [1, 2, 3, 4, 5, 7, 8, 9, 13];

describe('packed symmetric matrices', () => {
  it('are the lower half of a full one, row by row', () => {
    expect([...packed(Float64Array.of(1, 2, 3, 2, 4, 5, 3, 5, 6), 3)]).to.deep.equal([1, 2, 4, 3, 5, 6]);
  });

  it('sum up XᵀX on top of what is there', () => {
    for (const width of sizes) {
      const columns = matrix(width, 6);
      const half = new Float64Array(packedLength(width)).fill(1);
      addProducts(half, columns, width, 6);
      for (let i = 0; i < width; i++)
        for (let j = 0; j <= i; j++) {
          let sum = 1;
          for (let k = 0; k < 6; k++) sum += (columns[i * 6 + k] ?? NaN) * (columns[j * 6 + k] ?? NaN);
          expect(half[packedLength(i) + j]).to.be.closeTo(sum, 1e-12);
        }
    }
  });

  it('are solved: A·x = b', () => {
    for (const n of sizes) {
      const half = new Float64Array(packedLength(n));
      addProducts(half, matrix(n, n + 3), n, n + 3);
      const factor = Float64Array.from(half);
      expect(factorise(factor, n)).to.equal(true);
      const b = matrix(n, 1);
      const x = solved(factor, b);
      for (let i = 0; i < n; i++) {
        let product = 0;
        for (let j = 0; j < n; j++)
          product += (half[packedLength(Math.max(i, j)) + Math.min(i, j)] ?? NaN) * (x[j] ?? NaN);
        expect(product).to.be.closeTo(b[i] ?? NaN, 1e-9);
      }
    }
  });

  it('are told not to be positive definite where they are not', () => {
    // Of rank 1; and with a negative eigenvalue in the last place.
    expect(factorise(Float64Array.of(1, 1, 1), 2)).to.equal(false);
    expect(factorise(Float64Array.of(1, 0, 1, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 0, -1), 5)).to.equal(false);
    expect(factorise(Float64Array.of(NaN), 1)).to.equal(false);
  });
});
