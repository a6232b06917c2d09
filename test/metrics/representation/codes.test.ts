import { expect } from 'chai';
import fc from 'fast-check';
import { randomStream, type RandomStream } from '../../../src/core/random.js';
import { activeUnits, classOverlap, silhouette } from '../../../src/metrics/representation/codes.js';
import { nearestRows } from '../../../src/metrics/distances.js';
import { captureError } from '../../support/capture-error.js';
import { scikit } from '../scikit.js';

function normals(count: number, random: RandomStream): Float32Array {
  const values = new Float32Array(count);
  random.fillNormal(values);
  return values;
}

describe('active units', () => {
  it('are those whose variance is above the threshold', () => {
    // Variances (divisor 2) of the columns: 0, 0.01 − a little, 0.04, 1
    const codes = Float32Array.of(5, 0, 0, -1, 5, 0.199, 0.4, 1);
    expect(activeUnits(codes, 2)).to.equal(2);
    expect(activeUnits(codes, 2, 0.04001)).to.equal(1);
  });
});

describe('the silhouette', () => {
  it("is scikit-learn's", () => {
    const { codes, labels, silhouette: expected } = scikit.classification;
    // Ours subtracts in double precision what was stored as float32: the fixture's codes are exact in both.
    expect(silhouette(Float32Array.from(codes), Int32Array.from(labels))).to.be.closeTo(expected, 1e-9);
  });

  it('is worked by hand on a line', () => {
    // 0, 1 | 4, alone. Row 0: a 1, b 4 → 3/4; row 1: a 1, b 3 → 2/3; row 2 is alone → 0
    const found = silhouette(Float32Array.of(0, 1, 4), Int32Array.of(0, 0, 8));
    expect(found).to.be.closeTo((3 / 4 + 2 / 3) / 3, 1e-12);
  });

  it('is 0 where all rows are the same, and does not exist for one class', () => {
    expect(silhouette(new Float32Array(8), Int32Array.of(0, 0, 1, 1))).to.equal(0);
    expect(silhouette(new Float32Array(8), Int32Array.of(3, 3, 3, 3))).to.equal(undefined);
  });
});

describe('the nearest rows', () => {
  it('are those of a plain sort', () => {
    const rows = fc.array(fc.integer({ min: 0, max: 20 }), { minLength: 2, maxLength: 30 });
    const property = fc.property(rows, fc.nat(), (line, some) => {
      const k = 1 + (some % (line.length - 1));
      const expected = line.flatMap((value, row) =>
        [...line.keys()]
          .filter((other) => other !== row)
          .sort((a, b) => Math.abs((line[a] ?? 0) - value) - Math.abs((line[b] ?? 0) - value) || a - b)
          .slice(0, k),
      );
      expect([...nearestRows(Float32Array.from(line), line.length, k)]).to.deep.equal(expected);
    });
    fc.assert(property);
  });

  it('cannot be more than there are', async () => {
    const error = await captureError(() => nearestRows(Float32Array.of(1, 2, 3), 3, 3));
    expect([error.code, error.message]).to.deep.equal([
      'bad-usage',
      'of 3 rows none has 3 nearest others: k must be an integer from 1 to 2; take a smaller k or more rows',
    ]);
  });
});

describe('class overlap', () => {
  it('is 0 for classes far apart', () => {
    const codes = normals(200, randomStream(1)).map((value, row) => value + (row < 100 ? -50 : 50));
    expect(
      classOverlap(
        codes,
        Int32Array.from(codes, (_, row) => (row < 100 ? 0 : 1)),
      ),
    ).to.equal(0);
  });

  it('is the chance that two rows differ where classes are mixed', () => {
    const random = randomStream(2);
    const labels = Int32Array.from({ length: 2000 }, () => (random.uniform() < 0.3 ? 0 : 1));
    // 1 − 0.3² − 0.7² = 0.42. Over draws of 2,000 labels it spreads by about 0.4·√(0.21/2000)·2 + neighbourhoods' 0.5/√20000.
    expect(classOverlap(normals(4000, random), labels)).to.be.closeTo(0.42, 0.03);
  });

  it('looks only nearby: a class in two far pieces does not overlap', () => {
    const codes = Float32Array.of(-9, -9.1, -9.2, 0, 0.1, 0.2, 9, 9.1, 9.2);
    expect(classOverlap(codes, Int32Array.of(0, 0, 0, 1, 1, 1, 0, 0, 0), 2)).to.equal(0);
  });
});
