import { expect } from 'chai';
import { reconstructionErrors } from '../../src/representation/code-set.js';
import { samplesOf } from '../experiment/fake-samples.js';

describe('reconstruction errors', () => {
  const addingOne = { reconstruct: (x: Float32Array) => Promise.resolve(x.map((value) => value + 1)) };

  it('are mean squares over the values of a sample', async () => {
    const doubling = { reconstruct: (x: Float32Array) => Promise.resolve(x.map((value) => 2 * value)) };
    const errors = await reconstructionErrors(
      doubling,
      samplesOf(
        [
          [1, 3],
          [0, 0],
          [2, -4],
        ],
        [0, 0, 0],
      ),
    );
    // (1² + 3²)/2, 0, (2² + 4²)/2
    expect([...errors]).to.deep.equal([5, 0, 10]);
  });

  it('are of the row that each is to become, where others are given', async () => {
    const samples = samplesOf([[0], [10]], [0, 0]);
    expect([...(await reconstructionErrors(addingOne, samples, Uint32Array.of(1, 1)))]).to.deep.equal([81, 1]);
  });

  it('are the same however many samples there are', async () => {
    const rows = Array.from({ length: 2500 }, (_, i) => [i % 2]);
    const errors = await reconstructionErrors(addingOne, samplesOf(rows, rows.flat()));
    expect(new Set(errors)).to.deep.equal(new Set([1]));
    expect(errors).to.have.length(2500);
  });
});
