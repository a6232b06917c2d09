import { expect } from 'chai';
import { randomStream } from '../../src/core/random.js';
import { largestDifference } from '../../src/core/tensor-maps.js';
import { Model } from '../../src/learners/model.js';
import { realBatch } from '../../src/learners/batches.js';
import { engineForTest } from '../engine/engines-under-test.js';
import { data } from '../../src/testing/learning.js';

/** By how much the first and the last of `steps` steps move the parameter that they move most. */
async function moves(decay: 'cosine' | undefined, steps: number): Promise<readonly [number, number]> {
  const options = { width: 16, hidden: [8], learningRate: 0.01, decay, loss: 'cross-entropy' } as const;
  const model = new Model(await engineForTest(), options, randomStream(1));
  model.begin({ classes: data.classes, newClasses: data.classes }, steps);
  const rows = Uint32Array.from({ length: 32 }, (_, row) => row * 3);
  const moved: number[] = [];
  for (let step = 1; step <= steps; step++) {
    const before = model.trainedFunction().parameters;
    await model.step(realBatch(data.train, rows, data.classes));
    moved.push(largestDifference(before, model.trainedFunction().parameters));
  }
  model.dispose();
  return [moved[0] ?? NaN, moved.at(-1) ?? NaN];
}

describe("a model's learning rate", () => {
  it('falls along half a cosine over the steps of a task, where it is asked to', async () => {
    const [first, last] = await moves('cosine', 20);
    // Adam's first step is α in size; the 20th of 20 has α·(1 + cos(π·19/20))/2 = 0.006·α left.
    expect(first).to.be.closeTo(0.01, 1e-5);
    expect(last).to.be.lessThan(0.0002);
  });

  it('else stays', async () => {
    const [first, last] = await moves(undefined, 20);
    expect(first).to.be.closeTo(0.01, 1e-5);
    expect(last).to.be.greaterThan(0.002);
  });
});
