import { expect } from 'chai';
import { scale, type Scaling } from '../../src/data/scaling.js';
import { captureError } from '../support/capture-error.js';

const names = { train: 'x_train', test: 'x_test' };

function scaled(scaling: Scaling, train: readonly number[], test: readonly number[], width = 2) {
  const arrays = { train: Float32Array.from(train), test: Float32Array.from(test) };
  const fitted = scale(arrays.train, arrays.test, width, scaling, names);
  return { train: Array.from(arrays.train), test: Array.from(arrays.test), ...fitted };
}

describe('scale', () => {
  it('min-max: takes each training column to [0, 1], and test columns along', () => {
    // Columns 0 … 4 and 10 … 30.
    const { train, test, clipped, offset, range } = scaled('min-max', [0, 10, 4, 30, 1, 20], [2, 25]);
    expect([offset, range]).to.deep.equal([
      [0, 10],
      [4, 20],
    ]);
    expect(train).to.deep.equal([0, 0, 1, 1, 0.25, 0.5]);
    expect(test).to.deep.equal([0.5, 0.75]);
    expect(clipped).to.equal(0);
  });

  it('min-max-all: takes the smallest and largest of all training values', () => {
    const { train, test, offset, range } = scaled('min-max-all', [0, 10, 4, 40], [20, 30]);
    expect([offset, range]).to.deep.equal([[0], [40]]);
    expect(train).to.deep.equal([0, 0.25, 0.1, 1].map(Math.fround));
    expect(test).to.deep.equal([0.5, 0.75]);
  });

  it('clips test values that lie outside, and shows their share; test values change nothing in training', () => {
    const { train, test, clipped } = scaled('min-max', [0, 10, 4, 30], [-1, 31, 2, 20]);
    expect(train).to.deep.equal([0, 0, 1, 1]);
    expect(test).to.deep.equal([0, 1, 0.5, 0.5]);
    expect(clipped).to.equal(0.5);
  });

  it('makes a column that is constant in training 0', () => {
    const { train, test, clipped } = scaled('min-max', [5, 0, 5, 1], [5, 0, 6, 1]);
    expect(train).to.deep.equal([0, 0, 0, 1]);
    expect(test).to.deep.equal([0, 0, 0, 1]);
    expect(clipped).to.equal(0.25);
  });

  it('none: leaves values as they are, and refuses those outside [0, 1] with row and column', async () => {
    expect(scaled('none', [0, 1], [0.5, 0.25])).to.deep.equal({
      ...{ train: [0, 1], test: [0.5, 0.25] },
      ...{ offset: [0], range: [1], clipped: 0 },
    });
    const error = await captureError(() => scaled('none', [0, 1], [0, 1, 0.5, 2]));
    expect(error.code).to.equal('bad-data');
    expect(error.message).to.include('x_test has 2 in row 1, column 1').and.to.include('scaling: min-max');
  });
});
