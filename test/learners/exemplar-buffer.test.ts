import { expect } from 'chai';
import { arraySamples } from '../../src/core/array-samples.js';
import { randomStream } from '../../src/core/random.js';
import { bufferRules, exemplarBuffer } from '../../src/learners/exemplar-buffer.js';
import { captureError } from '../support/capture-error.js';

/** Sample i has the one feature i; classes as given. */
const samplesOf = (labels: readonly number[]) =>
  arraySamples({ features: Float32Array.from(labels, (_, i) => i), labels: Int32Array.from(labels), shape: [1] });
const all = (count: number): Uint32Array => Uint32Array.from({ length: count }, (_, i) => i);

describe('a buffer of exemplars', () => {
  it('as a reservoir holds every sample of the stream with the same probability', () => {
    const held = new Array<number>(40).fill(0);
    const samples = samplesOf(new Array<number>(40).fill(0));
    const times = 4000;
    for (let seed = 0; seed < times; seed++) {
      const buffer = exemplarBuffer('reservoir', { samples: 10 }, 1);
      const random = randomStream(seed);
      buffer.offer(samples, all(40), random);
      expect(buffer.size).to.equal(10);
      for (const value of buffer.draw(10, random).features) held[value] = (held[value] ?? 0) + 1;
    }
    // Binomial with p = 1/4: five standard deviations are 0.034.
    for (const count of held) expect(count / times).to.be.closeTo(0.25, 0.034);
  });

  it('balanced by classes gives each class the same room, and shrinks the others when one comes', () => {
    const buffer = exemplarBuffer('class-balanced', { samples: 12 }, 1);
    const random = randomStream(1);
    const countsNow = () => {
      const { labels } = buffer.draw(100, random);
      return [0, 1, 2].map((label) => labels.filter((one) => one === label).length);
    };
    buffer.offer(samplesOf(new Array<number>(20).fill(0)), all(20), random);
    expect(countsNow()).to.deep.equal([12, 0, 0]);
    buffer.offer(samplesOf([...new Array<number>(20).fill(1), ...new Array<number>(2).fill(2)]), all(22), random);
    expect(countsNow()).to.deep.equal([4, 4, 2]);
  });

  for (const rule of bufferRules) {
    it(`by the rule ${rule} goes on from what it saved as if nothing had happened`, async () => {
      const stream = samplesOf(Array.from({ length: 60 }, (_, i) => i % 3));
      const buffer = exemplarBuffer(rule, { samples: 9 }, 1);
      const random = randomStream(2);
      buffer.offer(stream, all(30), random);
      const again = exemplarBuffer(rule, { samples: 9 }, 1);
      again.restore(buffer.save());
      const randomAgain = randomStream(0);
      randomAgain.restore(random.save());
      buffer.offer(stream, all(60).subarray(30), random);
      again.offer(stream, all(60).subarray(30), randomAgain);
      expect(again.save()).to.deep.equal(buffer.save());
      expect(again.draw(5, randomAgain)).to.deep.equal(buffer.draw(5, random));

      const { json, tensors } = buffer.save();
      const cut = { features: { shape: [1, 1], data: new Float32Array(1) } };
      for (const damaged of [
        { json: null, tensors },
        { json, tensors: cut },
      ]) {
        expect(
          (
            await captureError(() => {
              exemplarBuffer(rule, { samples: 9 }, 1).restore(damaged);
            })
          ).code,
        ).to.equal('bad-checkpoint');
      }
    });
  }
});
