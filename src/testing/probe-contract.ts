import { expect } from 'chai';
import { describe, it, captureError } from './runner.js';
import { randomStream } from '../core/random.js';
import type { CodeSet } from '../representation/code-set.js';
import { evaluateProbe, type Probe } from '../representation/probes/probe.js';

/** What every probe must do; its suite is defined where this is called. */
export function probeContract(name: string, make: () => Promise<Probe> | Probe): void {
  describe(`probe ${name} keeps the contract`, () => {
    const train = gaussianMixture(300, 1);
    const test = gaussianMixture(300, 2);
    const fitted = async (seed = 3, set = train) => (await make()).fit(set, randomStream(seed));

    it('distinguishes classes nearly as well as can be, whatever the units of the columns', async () => {
      const probe = await fitted();
      const { accuracy, macroF1, auc } = await evaluateProbe(probe, test);
      // Standard error of 300 rows: √(0.0045/300) = 0.004; three of them, and half a hundredth for what was not learnt.
      expect(accuracy).to.be.greaterThan(bestAccuracy - 0.017);
      expect(macroF1).to.be.greaterThan(bestAccuracy - 0.017);
      expect(auc).to.be.greaterThan(0.99);
      probe.dispose();
    });

    it('names its classes in ascending order, and scores each', async () => {
      const probe = await fitted();
      expect(probe.classes).to.deep.equal([2, 5, 9]);
      for (const count of [0, 1, 5, 300]) {
        const scores = await probe.scores(test.codes.subarray(0, count * test.width), count);
        expect(scores).to.have.length(count * 3);
        expect(scores.every((score) => Number.isFinite(score))).to.equal(true);
      }
      probe.dispose();
    });

    it('scores a row the same, whatever the rows next to it', async () => {
      const probe = await fitted();
      const all = await probe.scores(test.codes, 300);
      const alone = await probe.scores(test.codes.subarray(7 * test.width, 8 * test.width), 1);
      // Programs of another batch size may sum in another order: float32, and logits of some ten.
      alone.forEach((score, c) => expect(score).to.be.closeTo(all[21 + c] ?? NaN, 1e-4));
      probe.dispose();
    });

    it('is the same probe from the same stream', async () => {
      const [one, other] = [await fitted(), await fitted()];
      expect(await one.scores(test.codes, 300)).to.deep.equal(await other.scores(test.codes, 300));
      one.dispose();
      other.dispose();
    });

    it('learns two classes as well as three', async () => {
      const rows = [...train.labels.keys()].filter((row) => train.labels[row] !== 5);
      const two = subset(train, rows);
      const probe = await fitted(3, two);
      expect(probe.classes).to.deep.equal([2, 9]);
      expect((await evaluateProbe(probe, two)).accuracy).to.be.greaterThan(0.98);
      probe.dispose();
    });

    it('can only be wrong about a class that it never saw', async () => {
      const probe = await fitted(
        3,
        subset(
          train,
          [...train.labels.keys()].filter((row) => train.labels[row] !== 5),
        ),
      );
      // A third of the rows are of class 5.
      expect((await evaluateProbe(probe, test)).accuracy).to.be.within(0.6, 2 / 3);
      probe.dispose();
    });

    it('refuses a set without codes', async () => {
      const error = await captureError(() => fitted(3, subset(train, [])));
      expect([error.code, error.message]).to.deep.equal([
        'bad-data',
        `probe "${probeName(name)}": there are no codes to fit; give it codes of two classes or more`,
      ]);
    });

    it('refuses a single class', async () => {
      const error = await captureError(() => fitted(3, subset(train, [0, 3, 6])));
      expect([error.code, error.message]).to.deep.equal([
        'bad-data',
        `probe "${probeName(name)}": all 3 codes are of class 2; to distinguish classes it needs at least two`,
      ]);
    });

    it('refuses codes that are no numbers, to fit and to score', async () => {
      const broken = train.codes.slice();
      broken[6] = NaN;
      const fitting = await captureError(() => fitted(3, { ...train, codes: broken }));
      expect(fitting.code).to.equal('bad-data');
      expect(fitting.message).to.match(/: code 1 has NaN at place 2; an encoder that gives such codes has probably/);
      const probe = await fitted();
      const scoring = await captureError(() => probe.scores(broken, 300));
      expect(scoring.message).to.match(/: code 1 has NaN at place 2/);
      probe.dispose();
    });

    it('refuses codes of another width', async () => {
      const fitting = await captureError(() => fitted(3, { ...train, width: 5 }));
      expect([fitting.code, fitting.message.includes('1200 values are not 300 codes of 5')]).to.deep.equal([
        'bad-shape',
        true,
      ]);
      const probe = await fitted();
      expect((await captureError(() => probe.scores(test.codes.subarray(1), 300))).code).to.equal('bad-shape');
      probe.dispose();
    });

    it('refuses to score when it was disposed, and is disposed once', async () => {
      const probe = await fitted();
      probe.dispose();
      probe.dispose();
      expect((await captureError(() => probe.scores(test.codes, 300))).code).to.equal('disposed');
    });
  });
}

/** The registered name in a title like "knn of one neighbour". */
function probeName(title: string): string {
  return title.split(' ', 1)[0] ?? '';
}

function subset({ codes, labels, width }: CodeSet, rows: readonly number[]): CodeSet {
  return {
    codes: Float32Array.from(rows.flatMap((row) => [...codes.subarray(row * width, (row + 1) * width)])),
    labels: Int32Array.from(rows, (row) => labels[row] ?? 0),
    width,
  };
}

/**
 * Rows of three classes, 2, 5 and 9, around the corners of a triangle with sides 4·√2 in three columns of different units
 * (1, 1,000 and 0.001), and a fourth column that is always 7: what a probe must standardise to see anything.
 */
export function gaussianMixture(count: number, seed: number): CodeSet {
  const random = randomStream(seed);
  const labels = Int32Array.from({ length: count }, (_, row) => [2, 5, 9][row % 3] ?? 2);
  const units = [1, 1000, 0.001];
  const codes = new Float32Array(count * 4);
  for (let row = 0; row < count; row++) {
    const place = row % 3;
    codes.set(
      units.map((unit, column) => unit * ((column === place ? 4 : 0) + random.normal())),
      row * 4,
    );
    codes[row * 4 + 3] = 7;
  }
  return { codes, labels, width: 4 };
}

/**
 * How often the best possible classifier is right on {@link gaussianMixture}: the chance that of x ~ N(4, 1), y, z ~
 * N(0, 1), x is the largest, ∫ φ(t − 4)·Φ(t)² dt = 0.9955 (by Simpson's rule).
 */
const bestAccuracy = 0.9955;
