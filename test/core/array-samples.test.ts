import { expect } from 'chai';
import fc from 'fast-check';
import { arraySamples, classesOf } from '../../src/core/array-samples.js';
import { captureError } from '../support/capture-error.js';

const bytes = () =>
  arraySamples({
    features: Uint8Array.from([0, 51, 102, 153, 204, 255, 10, 20]),
    scale: 1 / 255,
    labels: Uint8Array.from([3, 1, 3, 0]),
    shape: [1, 2],
  });

describe('arraySamples', () => {
  it('knows size, shape, width and labels', () => {
    const samples = bytes();
    expect(samples.size).to.equal(4);
    expect(samples.shape).to.deep.equal([1, 2]);
    expect(samples.width).to.equal(2);
    expect([0, 1, 2, 3].map((row) => samples.label(row))).to.deep.equal([3, 1, 3, 0]);
  });

  it('scales bytes: 51/255 = 0.2 and 255/255 is exactly 1', () => {
    const out = new Float32Array(6);
    bytes().copyRows([2, 0], out, 1);
    // Row 2 is (204, 255), row 0 is (0, 51); the first row of `out` is left as it was.
    expect(Array.from(out)).to.deep.equal([0, 0, Math.fround(0.8), 1, 0, Math.fround(0.2)]);
  });

  it('copies float rows as they are', () => {
    const samples = arraySamples({
      features: Float32Array.from([1.5, -2, 3, 4]),
      labels: Int32Array.from([0, 1]),
      shape: [2],
    });
    const out = new Float32Array(4);
    samples.copyRows([1, 0], out);
    expect(Array.from(out)).to.deep.equal([3, 4, 1.5, -2]);
  });

  it('selects views in the given order, rows repeated where asked', () => {
    const view = bytes().select([3, 1, 3]);
    const out = new Float32Array(6);
    view.copyRows([0, 1, 2], out);
    expect(view.size).to.equal(3);
    expect([0, 1, 2].map((row) => view.label(row))).to.deep.equal([0, 1, 0]);
    expect(Array.from(out, (value) => Math.round(value * 255))).to.deep.equal([10, 20, 102, 153, 10, 20]);
  });

  it('makes views that look at the same memory: a change of the array shows in them', () => {
    const features = Float32Array.from([1, 2]);
    const view = arraySamples({ features, labels: Uint8Array.from([0, 1]), shape: [1] })
      .select([1, 0])
      .select([0]);
    features[1] = 7;
    const out = new Float32Array(1);
    view.copyRows([0], out);
    expect(out[0]).to.equal(7);
  });

  it('gives a view of a view the rows that both selections lead to', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(19), { minLength: 1 }), fc.array(fc.nat(), { maxLength: 30 }), (first, second) => {
        const features = Float32Array.from({ length: 20 }, (_, i) => i);
        const samples = arraySamples({ features, labels: new Uint8Array(20), shape: [1] });
        const rows = second.map((n) => n % first.length);
        const view = samples.select(first).select(rows);
        const out = new Float32Array(rows.length);
        view.copyRows(
          rows.map((_, i) => i),
          out,
        );
        expect(Array.from(out)).to.deep.equal(rows.map((row) => first[row]));
      }),
      { seed: 1 },
    );
  });

  it('refuses features that are not one row for each label', async () => {
    const error = await captureError(() =>
      arraySamples({ features: new Float32Array(5), labels: new Uint8Array(2), shape: [3] }),
    );
    expect(error.code).to.equal('bad-shape');
    expect(error.message).to.include('need 6 values, but there are 5');
  });

  for (const row of [4, -1, 0.5, Number.NaN]) {
    it(`refuses row ${row} of 4, to read, to copy and to select`, async () => {
      for (const act of [
        () => bytes().label(row),
        () => {
          bytes().copyRows([row], new Float32Array(2));
        },
        () => bytes().select([row]),
      ]) {
        const error = await captureError(act);
        expect(error.code).to.equal('bad-shape');
        expect(error.message).to.include(`row ${row} is not one of the 4 rows`);
      }
    });
  }

  it('refuses to copy where the rows do not fit', async () => {
    const error = await captureError(() => {
      bytes().copyRows([0, 1], new Float32Array(5), 1);
    });
    expect(error.code).to.equal('bad-shape');
    expect(error.message).to.include('do not fit into an array of 5 values');
  });
});

describe('classesOf', () => {
  it('lists the classes of all parts, ascending, each once', () => {
    expect(classesOf(bytes(), bytes().select([1]))).to.deep.equal([0, 1, 3]);
  });
});
