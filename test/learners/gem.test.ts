import { expect } from 'chai';
import { RandomStreams, randomStream } from '../../src/core/random.js';
import { multipliers } from '../../src/learners/gem.js';
import { learners } from '../../src/learners/learners.js';
import { boundedQuadraticMinimum } from '../../src/learners/quadratic-programme.js';
import { accuracyOn, contextFor, learnAll, smallNetwork } from '../../src/testing/learning.js';
import { captureError } from '../support/capture-error.js';
import { engineForTest } from '../engine/engines-under-test.js';

function closeTo(found: readonly number[] | undefined, wanted: readonly number[]): void {
  expect(found).to.have.length(wanted.length);
  found?.forEach((value, i) => {
    expect(value).to.be.closeTo(wanted[i] ?? NaN, 1e-9);
  });
}

describe('the least of a quadratic form over a corner', () => {
  it('is where the slope is 0, or at the border', () => {
    // ½·2v² − 6v: v = 3; with v ≥ 4 the border; uphill from the border on.
    closeTo(boundedQuadraticMinimum([[2]], [-6], 0), [3]);
    closeTo(boundedQuadraticMinimum([[2]], [-6], 4), [4]);
    closeTo(boundedQuadraticMinimum([[2]], [1], 0.5), [0.5]);
  });

  it('of two variables leaves one at the border where both together would cross it', () => {
    const p = [
      [2, 1],
      [1, 2],
    ];
    // Inside: 2a + b = 4, a + 2b = 5.
    closeTo(boundedQuadraticMinimum(p, [-4, -5], 0), [1, 2]);
    // Without a border a = −1, b = 3; at a = 0: 2b = 5.
    closeTo(boundedQuadraticMinimum(p, [-1, -5], 0), [0, 2.5]);
    // At a = ½: ½ + 2b = 5.
    closeTo(boundedQuadraticMinimum(p, [-1, -5], 0.5), [0.5, 2.25]);
  });

  it('keeps the conditions of Karush, Kuhn and Tucker for matrices at random', () => {
    const random = randomStream(3);
    for (let n = 1; n <= 9; n++) {
      const g = Array.from({ length: n }, () => Array.from({ length: 12 }, () => random.normal()));
      const dot = (a: readonly number[], b: readonly number[]) => a.reduce((sum, x, i) => sum + x * (b[i] ?? 0), 0);
      const p = g.map((a, i) => g.map((b, j) => dot(a, b) + (i === j ? 1e-3 : 0)));
      const q = g.map(() => 4 * random.normal());
      const v = boundedQuadraticMinimum(p, q, 0.5);
      v.forEach((value, i) => {
        const slope = dot(p[i] ?? [], v) + (q[i] ?? 0);
        expect(value).to.be.at.least(0.5);
        if (value > 0.5) expect(slope).to.be.closeTo(0, 1e-8);
        else expect(slope).to.be.greaterThan(-1e-8);
      });
    }
  });
});

describe('the gradient of GEM', () => {
  /** [g; G]·[g; G]ᵀ of gradients of two values. */
  const products = (rows: readonly (readonly [number, number])[]): Float32Array =>
    Float32Array.from(rows.flatMap((a) => rows.map((b) => a[0] * b[0] + a[1] * b[1])));

  it('is left alone where it raises no loss', () => {
    expect(
      multipliers(
        products([
          [1, 0],
          [1, 1],
          [0, 1],
        ]),
        0.5,
      ),
    ).to.equal(undefined);
  });

  it('loses what speaks against a task, and is pulled towards others by the margin', () => {
    // g = (1, 0), r = (−1, 0): v·(1 + 10⁻³) = 1; g + v·r is 0 but for the ridge.
    const [v = NaN] =
      multipliers(
        products([
          [1, 0],
          [-1, 0],
        ]),
        0,
      ) ?? [];
    expect(v).to.be.closeTo(1 / 1.001, 1e-6);
    // The second task agrees: v is γ, and the first has to make up for nothing, as they are orthogonal.
    const both =
      multipliers(
        products([
          [1, 1],
          [-1, 0],
          [0, 1],
        ]),
        0.5,
      ) ?? [];
    expect(both[0]).to.be.closeTo(1 / 1.001, 1e-6);
    expect(both[1]).to.equal(0.5);
  });

  it('keeps samples of each task by number, and forgets less than without them', async () => {
    const remembered: number[] = [];
    for (const options of [{ bufferSize: 60 }, { samplesPerTask: 20, referenceSize: 10 }]) {
      const context = contextFor(await engineForTest(), new RandomStreams(1));
      const learner = await learners.gem.make({ ...smallNetwork, ...options }, context);
      const events = await learnAll(learner);
      expect(events.some((event) => event.type === 'batch-trained' && event.losses['projected'] === 1)).to.equal(true);
      remembered.push(await accuracyOn(learner, [0, 1, 2, 3]));
      expect(learner.footprint()).to.deep.equal({
        ...{ memoryBytes: 60 * 64, statisticsBytes: 60 * 64, storedSamples: 60 },
      });
      learner.dispose();
    }
    // finetune is below 0.05.
    for (const accuracy of remembered) expect(accuracy).to.be.greaterThan(0.6);
  });

  it('refuses two sizes of its buffer', async () => {
    const context = contextFor(await engineForTest(), new RandomStreams(1));
    const error = await captureError(() => learners.gem.make({ bufferSize: 5, samplesPerTask: 5 }, context));
    expect(error.code).to.equal('bad-usage');
  });
});
