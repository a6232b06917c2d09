import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import fc from 'fast-check';
import { holmAdjusted, pairedTTest, signedRankTest } from '../../../src/metrics/statistics/paired-tests.js';
import { incompleteBeta, twoSidedQuantile, twoSidedTail } from '../../../src/metrics/statistics/student-t.js';
import { meanInterval, sampleDeviation, quantile } from '../../../src/metrics/statistics/sample.js';
import { captureError } from '../../support/capture-error.js';

interface Fixtures {
  readonly incompleteBeta: readonly { x: number; a: number; b: number; value: number }[];
  readonly quantiles: readonly { confidence: number; freedom: number; t: number }[];
  readonly intervals: readonly { values: number[]; mean: number; deviation: number; low: number; high: number }[];
  readonly pairs: readonly { a: number[]; b: number[]; t: number; p: number; signedRank: { by: string; p: number } }[];
}

/** By scipy 1.17.1: see make_fixtures.py next to them. */
const fixtures = JSON.parse(readFileSync(new URL('fixtures.json', import.meta.url), 'utf8')) as Fixtures;

const values = fc.array(fc.integer({ min: -50, max: 50 }), { minLength: 2, maxLength: 12 });

describe('statistics', () => {
  it('the incomplete beta function is that of scipy', () => {
    for (const { x, a, b, value } of fixtures.incompleteBeta) {
      expect(incompleteBeta(x, a, b), `x ${x}, a ${a}, b ${b}`).to.be.closeTo(value, 1e-12);
    }
  });

  it('the incomplete beta function is 0 and 1 at its ends', () => {
    expect([incompleteBeta(0, 2, 3), incompleteBeta(1, 2, 3)]).to.deep.equal([0, 1]);
  });

  it("quantiles of Student's t are those of scipy", () => {
    for (const { confidence, freedom, t } of fixtures.quantiles) {
      expect(twoSidedQuantile(confidence, freedom) / t, `${confidence}, ${freedom}`).to.be.closeTo(1, 1e-9);
    }
  });

  it('a tail and its quantile undo each other', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0.01, max: 0.99, noNaN: true }),
        fc.integer({ min: 1, max: 200 }),
        (confidence, freedom) => {
          expect(twoSidedTail(twoSidedQuantile(confidence, freedom), freedom)).to.be.closeTo(1 - confidence, 1e-9);
        },
      ),
      { seed: 5, numRuns: 50 },
    );
  });

  describe('the interval of a mean', () => {
    it('is that of scipy, with the deviation of the sample', () => {
      for (const { values, mean, deviation, low, high } of fixtures.intervals) {
        const found = meanInterval(values);
        expect(found?.count).to.equal(values.length);
        expect(found?.mean).to.be.closeTo(mean, 1e-12);
        expect(found?.deviation).to.be.closeTo(deviation, 1e-12);
        expect(found?.interval?.[0]).to.be.closeTo(low, 1e-9);
        expect(found?.interval?.[1]).to.be.closeTo(high, 1e-9);
      }
    });

    it('is absent for one value, and all is absent for none', () => {
      expect(meanInterval([0.5])).to.deep.equal({ count: 1, mean: 0.5 });
      expect(sampleDeviation([0.5])).to.equal(undefined);
      expect(meanInterval([])).to.equal(undefined);
    });

    it('refuses a confidence that is none', async () => {
      for (const confidence of [0, 1, 95, NaN]) {
        const error = await captureError(() => meanInterval([1, 2], confidence));
        expect(error.message).to.equal(`a confidence of ${confidence} cannot be had; expected one between 0 and 1`);
      }
    });
  });

  describe('the paired t-test', () => {
    it('has t and p of scipy', () => {
      for (const { a, b, t, p } of fixtures.pairs) {
        const found = pairedTTest(a, b);
        expect((found?.t ?? NaN) / t).to.be.closeTo(1, 1e-9);
        expect((found?.p ?? NaN) / p).to.be.closeTo(1, 1e-8);
        expect(found?.freedom).to.equal(a.length - 1);
      }
    });

    it('does not exist for one pair, nor for differences that are the same but for rounding', () => {
      expect(pairedTTest([1], [2])).to.equal(undefined);
      expect(pairedTTest([0.3, 0.2, 0.7], [0.2, 0.1, 0.6])).to.equal(undefined);
      expect(pairedTTest([3, 4], [3, 4])).to.equal(undefined);
    });
  });

  describe("Wilcoxon's signed-rank test", () => {
    it('has the exact p of scipy, or of all signs where there are ties', () => {
      expect(new Set(fixtures.pairs.map(({ signedRank }) => signedRank.by))).to.have.all.keys('scipy', 'all signs');
      for (const { a, b, signedRank } of fixtures.pairs) {
        expect(signedRankTest(a, b)?.p).to.be.closeTo(signedRank.p, 1e-12);
      }
    });

    it('of five pairs that all differ in one direction is 0.0625, the least that five can give', () => {
      // 2 of the 2⁵ ways to give signs lie as far out.
      expect(signedRankTest([2, 4, 6, 8, 10], [1, 2, 3, 4, 5])).to.deep.equal({
        ...{ count: 5, positive: 15, negative: 0, p: 0.0625 },
      });
    });

    it('takes differences as tied that are the same but for rounding', () => {
      // Ranks 1.5, 1.5 and 3: of the eight sums 0, 1.5, 1.5, 3, 3, 4.5, 4.5, 6 three are at most 1.5.
      const found = signedRankTest([0.2, 0.1, 0.9], [0.1, 0.2, 0.5]);
      expect(found).to.deep.equal({ count: 3, positive: 4.5, negative: 1.5, p: 0.75 });
    });

    it('leaves out pairs that do not differ, and does not exist where none does', () => {
      expect(signedRankTest([1, 5, 7], [1, 4, 5])).to.deep.include({ count: 2, positive: 3, p: 0.5 });
      expect(signedRankTest([0, 1], [0, 1])).to.equal(undefined);
    });

    it('refuses more pairs than it can count out, and unequal numbers of them', async () => {
      const many = Array.from({ length: 501 }, (_, i) => i + 1);
      const error = await captureError(() =>
        signedRankTest(
          many,
          many.map(() => 0),
        ),
      );
      expect(error.message).to.match(/at most 500 pairs, given 501; take the paired t-test/);
      for (const test of [signedRankTest, pairedTTest]) {
        const unequal = await captureError(() => test([1, 2, 3], [1, 2]));
        expect(unequal.message).to.equal(
          '3 and 2 values cannot be paired; expected as many of the one as of the other',
        );
      }
    });
  });

  it('both tests turn their sign, and keep their p, when the two sides change places', () => {
    fc.assert(
      fc.property(values, (a) => {
        const b = a.map((_, i) => (i * 7) % 5);
        const [there, back] = [pairedTTest(a, b), pairedTTest(b, a)];
        expect(there?.p).to.equal(back?.p);
        if (there !== undefined) expect(there.t).to.equal(-(back?.t ?? NaN));
        const [ranks, ranksBack] = [signedRankTest(a, b), signedRankTest(b, a)];
        expect([ranks?.positive, ranks?.p]).to.deep.equal([ranksBack?.negative, ranksBack?.p]);
      }),
      { seed: 8, numRuns: 100 },
    );
  });

  describe("Holm's adjustment", () => {
    it('multiplies step by step, keeps the order, and never falls', () => {
      // Ascending 0.01·4, 0.02·3, 0.025·2 = 0.05 which rises to 0.06, and 0.9·1.
      const adjusted = holmAdjusted([0.025, 0.01, 0.9, 0.02]);
      [0.06, 0.04, 0.9, 0.06].forEach((p, i) => expect(adjusted[i]).to.be.closeTo(p, 1e-15));
    });

    it('is at most 1, and nothing of nothing', () => {
      expect(holmAdjusted([0.6, 0.7])).to.deep.equal([1, 1]);
      expect(holmAdjusted([])).to.deep.equal([]);
    });
  });
});

describe('a quantile', () => {
  it('is the value in the middle, or half-way between the two there', () => {
    expect(quantile([3, 1, 2], 0.5)).to.equal(2);
    expect(quantile([4, 1, 2, 3], 0.5)).to.equal(2.5);
  });

  it('goes linearly from the least to the largest value', () => {
    // np.quantile([10, 20, 40], [0, 0.05, 0.75, 1]) = [10, 11, 30, 40]
    expect([0, 0.05, 0.75, 1].map((q) => quantile([40, 10, 20], q))).to.deep.equal([10, 11, 30, 40]);
  });

  it('does not exist of nothing', () => {
    expect(quantile([], 0.5)).to.equal(undefined);
  });
});
