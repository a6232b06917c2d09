import { expect } from 'chai';
import { randomStream } from '../../../src/core/random.js';
import type { FrozenAutoencoder } from '../../../src/core/sampler.js';
import {
  dreamBatches,
  noiseBatches,
  realBatches,
  type BatchSource,
} from '../../../src/studies/sampling/batch-sources.js';
import { samplesOf } from '../../experiment/fake-samples.js';

async function take(source: BatchSource, count: number) {
  const batches = [];
  for (let i = 0; i < count; i++) batches.push((await source.next()).value);
  return batches;
}

/** Adds 10 to every value, so that a sample tells how many jumps it is from its start. */
const counting: FrozenAutoencoder = {
  width: 4,
  codeWidth: 1,
  encode: () => Promise.reject(new Error('not needed')),
  decode: () => Promise.reject(new Error('not needed')),
  reconstruct: (x) => Promise.resolve(x.map((value) => value + 10)),
};

/** Twice the features, so that a label tells what was labelled. */
const doubling = (features: Float32Array) => Promise.resolve(features.map((value) => 2 * value));

describe('what a classifier learns from', () => {
  it('is real samples with a one for their class, each once in a pass', async () => {
    const samples = samplesOf([[0.1], [0.2], [0.3], [0.4]], [7, 3, 7, 3]);
    const batches = await take(realBatches(samples, [3, 7], 2, randomStream(1)), 2);
    const pairs = batches.flatMap(({ features, targets }) =>
      [0, 1].map((i) => [features[i]?.toFixed(1), [...targets.subarray(2 * i, 2 * i + 2)].join()]),
    );
    expect(pairs).to.have.deep.members([
      ['0.1', '0,1'],
      ['0.2', '1,0'],
      ['0.3', '0,1'],
      ['0.4', '1,0'],
    ]);
  });

  it('is N(0, I) noise with what the teacher says of it', async () => {
    const [batch] = await take(noiseBatches(100, doubling, 100, randomStream(1)), 1);
    const features = batch?.features ?? new Float32Array();
    const mean = features.reduce((sum, value) => sum + value, 0) / features.length;
    const variance = features.reduce((sum, value) => sum + value * value, 0) / features.length;
    // Four standard errors at 10,000 values.
    expect(mean).to.be.closeTo(0, 0.04);
    expect(variance).to.be.closeTo(1, 4 * Math.sqrt(2 / 10_000));
    expect(batch?.targets).to.deep.equal(features.map((value) => 2 * value));
  });

  it('is dreams from the second jump on, R - 1 a walk, then of a new walk', async () => {
    const batches = await take(
      dreamBatches(counting, doubling, { walks: 50, jumps: 4, lambda: 0, collect: 'reconstruction' }, randomStream(1)),
      7,
    );
    const jumps = batches.map(({ features }) =>
      Math.round(features.reduce((sum, value) => sum + value, 0) / features.length / 10),
    );
    expect(jumps).to.deep.equal([2, 3, 4, 2, 3, 4, 2]);
    const start = (i: number) => batches[i]?.features.map((value) => value - 10 * (jumps[i] ?? 0));
    const apart = (i: number, j: number) =>
      Math.max(...(start(i) ?? []).map((value, at) => Math.abs(value - (start(j)?.[at] ?? 0))));
    expect(apart(0, 2), 'the same walk').to.be.below(1e-4);
    expect(apart(2, 3), 'another walk').to.be.above(1);
    expect(batches[3]?.targets).to.deep.equal(batches[3]?.features.map((value) => 2 * value));
  });

  it('has the noise of λ between the jumps', async () => {
    const lambda = 4;
    const batches = await take(
      dreamBatches(counting, doubling, { walks: 2500, jumps: 3, lambda, collect: 'reconstruction' }, randomStream(3)),
      2,
    );
    const [second, third] = batches.map(({ features }) => features);
    const step = second?.map((value, i) => (third?.[i] ?? 0) - value - 10) ?? new Float32Array();
    const variance = step.reduce((sum, value) => sum + value * value, 0) / step.length;
    expect(variance).to.be.closeTo(lambda, 4 * lambda * Math.sqrt(2 / step.length));
  });
});
