import { expect } from 'chai';
import { randomStream } from '../../src/core/random.js';
import { confidences } from '../../src/core/teacher.js';
import { classLossNames } from '../../src/learners/class-losses.js';
import { Model } from '../../src/learners/model.js';
import { engineForTest } from '../engine/engines-under-test.js';

describe('a model as a teacher', () => {
  for (const loss of classLossNames) {
    it(`has the probabilities of its loss: ${loss}`, async () => {
      const model = new Model(
        await engineForTest(),
        { width: 2, hidden: [], learningRate: 0.1, loss },
        randomStream(1),
      );
      model.begin({ classes: [3, 5], newClasses: [3, 5] }, 1);
      const teacher = model.freeze();
      const [sure] = confidences(Float32Array.of(-8, -12), teacher, 1);
      // softmax(−8, −12) is 0.98 for the first, σ(−8) is 0.0003.
      expect(sure).to.be.closeTo(
        loss === 'binary-cross-entropy' ? 1 / (1 + Math.exp(8)) : 1 / (1 + Math.exp(-4)),
        1e-6,
      );
      teacher.dispose();
      model.dispose();
    });
  }
});
