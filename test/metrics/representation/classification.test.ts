import { expect } from 'chai';
import fc from 'fast-check';
import { areaUnderCurve, macroAreaUnderCurve, macroF1 } from '../../../src/metrics/representation/classification.js';
import { scikit } from '../scikit.js';

const { classification } = scikit;
const labels = Int32Array.from(classification.labels);
const scores = Float32Array.from(classification.scores);

describe('macro-F1', () => {
  it('is the mean over classes, not over rows', () => {
    // Class 0: TP 2, FP 1, FN 0 → 4/5; class 1: TP 1, FP 0, FN 1 → 2/3
    const f1 = macroF1(Int32Array.of(0, 0, 0, 1), Int32Array.of(0, 0, 1, 1));
    expect(f1).to.be.closeTo((4 / 5 + 2 / 3) / 2, 1e-12);
  });

  it("is scikit-learn's, where a class is predicted that no row has", () => {
    const { predicted } = classification;
    expect(predicted.some((label) => !classification.labels.includes(label))).to.equal(true);
    expect(macroF1(Int32Array.from(predicted), labels)).to.be.closeTo(classification.macroF1, 1e-12);
  });

  it('does not exist of nothing', () => {
    expect(macroF1(new Int32Array(), new Int32Array())).to.equal(undefined);
  });
});

describe('the area under the curve', () => {
  it('counts pairs in the right order, and ties half', () => {
    const positive = [true, true, false, false];
    const auc = (...given: number[]): number | undefined => areaUnderCurve(given, (row) => positive[row] ?? false);
    // Four pairs (yes, no): 4 right; 3 right; one right, one tied, two wrong; all tied
    expect([auc(4, 3, 2, 1), auc(4, 2, 3, 1), auc(2, 0, 2, 1), auc(5, 5, 5, 5)]).to.deep.equal([1, 0.75, 0.375, 0.5]);
  });

  it('is the share of pairs in the right order, for any scores', () => {
    const rows = fc.array(fc.tuple(fc.integer({ min: 0, max: 5 }), fc.boolean()), { minLength: 1, maxLength: 40 });
    const property = fc.property(rows, (given) => {
      const yes = given.filter(([, is]) => is).map(([score]) => score);
      const no = given.filter(([, is]) => !is).map(([score]) => score);
      const wins = yes.flatMap((y) => no.map((n) => (y > n ? 1 : y === n ? 0.5 : 0)));
      const found = areaUnderCurve(
        given.map(([score]) => score),
        (row) => given[row]?.[1] ?? false,
      );
      if (wins.length === 0) expect(found).to.equal(undefined);
      else expect(found).to.be.closeTo(wins.reduce<number>((sum, win) => sum + win, 0) / wins.length, 1e-12);
    });
    fc.assert(property);
  });

  it("is scikit-learn's, for one class and as the mean over classes, with many ties", () => {
    const [first] = classification.classes;
    const own = Float32Array.from(labels, (_, row) => scores[3 * row] ?? 0);
    expect(areaUnderCurve(own, (row) => labels[row] === first)).to.be.closeTo(classification.aucOfFirst, 1e-12);
    const macro = macroAreaUnderCurve(scores, labels, classification.classes);
    expect(macro).to.be.closeTo(classification.macroAuc, 1e-12);
  });

  it('leaves out a class of which there is no row', () => {
    const with4 = Float32Array.from({ length: 4 * labels.length }, (_, i) =>
      i % 4 === 3 ? 0 : (scores[3 * Math.floor(i / 4) + (i % 4)] ?? 0),
    );
    const macro = macroAreaUnderCurve(with4, labels, [...classification.classes, 99]);
    expect(macro).to.be.closeTo(classification.macroAuc, 1e-12);
    expect(macroAreaUnderCurve(Float32Array.of(1, 2), Int32Array.of(5, 5), [5])).to.equal(undefined);
  });
});
