import { expect } from 'chai';
import { randomStream } from '../../../src/core/random.js';
import type { Engine } from '../../../src/engine/engine.js';
import { sigmoidCrossEntropy } from '../../../src/engine/losses.js';
import { DenseClassifier, type DenseClassifierOptions } from '../../../src/engine/training/dense-classifier.js';
import { engineForTest } from '../engines-under-test.js';

const sigmoid = (values: Float32Array): Float32Array => values.map((logit) => 1 / (1 + Math.exp(-logit)));
const x = Float32Array.of(0, 0, 1, 0, 0, 1, 1, 1);

describe('a dense classifier', () => {
  let engine: Engine;
  before(async () => {
    engine = await engineForTest();
  });

  const made = (changes: Partial<DenseClassifierOptions> = {}): DenseClassifier =>
    new DenseClassifier({
      ...{ engine, name: 'some', widths: [2, 8, 2], learningRate: 0.001, loss: sigmoidCrossEntropy },
      ...{ start: randomStream(1), ...changes },
    });

  it('under binary cross-entropy learns each class as a yes or no of its own, so that both or none may be true', async () => {
    // Class 0: the first value is 1. Class 1: both are.
    const targets = Float32Array.of(0, 0, 1, 0, 0, 0, 1, 1);
    const classifier = made();
    for (let step = 0; step < 3000; step++) await classifier.train(4, x, targets);
    const probabilities = sigmoid(await classifier.scores(x, 4));
    probabilities.forEach((value, i) => expect(value).to.be.closeTo(targets[i] ?? NaN, 0.1));
    classifier.dispose();
  });

  it('begins at the cross-entropy of its logits: the sum over classes, the mean over samples', async () => {
    const classifier = made();
    const targets = Float32Array.of(0.2, 0.9, 1, 0, 0.5, 0.5, 0, 1);
    const p = sigmoid(await classifier.scores(x, 4));
    const terms = [...targets].map((t, i) => -t * Math.log(p[i] ?? 0) - (1 - t) * Math.log(1 - (p[i] ?? 0)));
    const expected = terms.reduce((sum, term) => sum + term, 0) / 4;
    expect(await classifier.train(4, x, targets)).to.be.closeTo(expected, 1e-5);
    classifier.dispose();
  });

  it('draws kernels as it is asked to: one layer by Glorot is √(fanIn / (fanIn + fanOut)) times one by He', async () => {
    const [he, xavier] = await Promise.all(
      (['he', 'xavier'] as const).map(async (initialisation) => {
        const classifier = made({ widths: [2, 2], initialisation });
        const logits = await classifier.scores(x, 4);
        classifier.dispose();
        return logits;
      }),
    );
    // 2 values in, 2 classes out: √(2 / 4)
    he?.forEach((logit, i) => expect(xavier?.[i]).to.be.closeTo(logit * Math.SQRT1_2, 1e-6));
    expect(he?.some((logit) => logit !== 0)).to.equal(true);
  });

  it('begins with parameters that it is given', async () => {
    const [drawn, given] = [made(), made()];
    await drawn.train(4, x, new Float32Array(8));
    const again = made({ start: { parameters: drawn.parameters() } });
    given.write(drawn.parameters());
    const scores = await drawn.scores(x, 4);
    expect(await again.scores(x, 4)).to.deep.equal(scores);
    expect(await given.scores(x, 4)).to.deep.equal(scores);
    for (const classifier of [drawn, given, again]) classifier.dispose();
  });
});
