import { expect } from 'chai';
import { RandomStreams } from '../../src/core/random.js';
import { learners } from '../../src/learners/learners.js';
import { captureError } from '../support/capture-error.js';
import { learnerContract } from '../../src/testing/learner-contract.js';
import { accuracyOn, contextFor, data, experiences, learnAll } from '../../src/testing/learning.js';
import { engineForTest } from '../engine/engines-under-test.js';

const part = learners['random-ridge'];
const make = async (options: object, seed = 1) =>
  part.make(options, contextFor(await engineForTest(), new RandomStreams(seed)));

learnerContract('random-ridge with Fourier features', engineForTest, (context) =>
  part.make({ width: 40, features: 'fourier' }, context),
);
learnerContract('random-ridge of patches that chooses λ', engineForTest, (context) =>
  part.make({ width: 60, patches: { size: 2 }, ridge: 'validation' }, { ...context, shape: [4, 4, 1] }),
);

describe('random-ridge', () => {
  it('knows all classes of three tasks as well as after all at once, and keeps no sample', async () => {
    const [inTasks, atOnce] = [await make({ width: 64 }), await make({ width: 64 })];
    await learnAll(inTasks);
    await learnAll(atOnce, [{ index: 1, train: data.train, classes: data.classes, newClasses: data.classes }]);
    const samples = new Float32Array(data.test.size * 16);
    data.test.copyRows(
      Array.from({ length: data.test.size }, (_, row) => row),
      samples,
    );
    const [a, b] = [await inTasks.predict(samples, data.test.size), await atOnce.predict(samples, data.test.size)];
    expect(a.labels).to.deep.equal(b.labels);
    // In both the classes came in the order 0 … 5; features are the same float32, sums the same to double precision.
    (a.logits ?? []).forEach((value, i) => expect(value).to.be.closeTo(b.logits?.[i] ?? NaN, 1e-5));
    // Golden: every one of the 120 test samples of blobs that lie 18 spreads apart.
    expect(await accuracyOn(inTasks, data.classes)).to.equal(1);
    expect(inTasks.footprint().storedSamples).to.equal(0);
    for (const one of [inTasks, atOnce]) one.dispose();
  });

  it('counts samples of classes that come again', async () => {
    const [twice, doubled] = [await make({ width: 30, ridge: 2 }), await make({ width: 30, ridge: 1 })];
    await learnAll(twice);
    await learnAll(
      twice,
      experiences.map((one) => ({ ...one, index: one.index + 3, newClasses: [] })),
    );
    await learnAll(doubled);
    // (2G + 2λI)⁻¹·2Q = (G + λI)⁻¹·Q
    const x = new Float32Array(16).fill(0.4);
    const [a, b] = [await twice.predict(x, 1), await doubled.predict(x, 1)];
    (a.logits ?? []).forEach((value, i) => expect(value).to.be.closeTo(b.logits?.[i] ?? NaN, 1e-5));
    for (const one of [twice, doubled]) one.dispose();
  });

  it('takes 4·D·(D + 1) + 8·D·C bytes, and as many features as go into those that it is given', async () => {
    const learner = await make({ width: 100 });
    await learnAll(learner);
    expect(learner.footprint().memoryBytes).to.equal(4 * 100 * 101 + 8 * 100 * 6);
    learner.dispose();
    for (const [bytes, width] of [
      [4 * 50 * 51 + 8 * 50 * 6, 50],
      [4 * 50 * 51 + 8 * 50 * 6 - 1, 49],
    ] as const) {
      // prettier-ignore
      const sized = await make({ bytes });
      await learnAll(sized);
      expect(sized.footprint().memoryBytes).to.equal(4 * width * (width + 1) + 8 * width * 6);
      sized.dispose();
    }
  });

  it('refuses bytes without room for a feature, or for more than there can be, and both width and bytes', async () => {
    for (const bytes of [1, 1e12]) {
      const error = await captureError(() => make({ bytes }));
      expect(error.code).to.equal('bad-scenario');
      expect(error.message).to.match(/random features; expected 1 to 16000/);
    }
    expect(part.options.safeParse({ width: 5, bytes: 5000 }).error?.issues[0]?.message).to.equal(
      'expected either width or bytes, not both',
    );
  });

  it('with validation takes a small λ where classes lie apart, and a large one where labels are noise', async () => {
    const ridges: number[] = [];
    for (const noise of [false, true]) {
      const learner = await make({ width: 64, ridge: 'validation' });
      const { train } = data;
      // Rows go through the six classes in turn: of every 12 rows each class has two.
      const label = (row: number): number => (noise ? Math.floor(row / 6) % 2 : train.label(row));
      const classes = noise ? [0, 1] : data.classes;
      const samples = {
        ...train,
        size: train.size,
        width: 16,
        shape: [16],
        label,
        copyRows: train.copyRows.bind(train),
      };
      await learnAll(learner, [{ index: 1, train: samples, classes, newClasses: classes }]);
      const { json } = await learner.save();
      ridges.push((json as { readonly choice: { readonly ridge: number } }).choice.ridge);
      learner.dispose();
    }
    const [clean = NaN, noisy = NaN] = ridges;
    expect(noisy).to.be.at.least(100 * clean);
  });

  it('counts each row once, whatever the plan says', async () => {
    const learner = await make({ width: 8 });
    const steps = (await learnAll(learner)).filter(({ type }) => type === 'batch-trained');
    // 120 rows of each of three tasks in batches of 32.
    expect(steps).to.have.length(12);
    learner.dispose();
  });
});
