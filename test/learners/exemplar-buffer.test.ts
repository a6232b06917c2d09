import { expect } from 'chai';
import { arraySamples } from '../../src/core/array-samples.js';
import { randomStream } from '../../src/core/random.js';
import { bufferRules, exemplarBuffer, type ExemplarBuffer } from '../../src/learners/exemplar-buffer.js';
import { captureError } from '../support/capture-error.js';

/** Sample i has the one feature i; classes as given. */
const samplesOf = (labels: readonly number[]) =>
  arraySamples({ features: Float32Array.from(labels, (_, i) => i), labels: Int32Array.from(labels), shape: [1] });
const all = (count: number): Uint32Array => Uint32Array.from({ length: count }, (_, i) => i);
const repeated = (label: number, count: number) => new Array<number>(count).fill(label);
/** Features that are the samples. */
const plain = (x: Float32Array) => Promise.resolve(x);

/** Samples kept of the classes 0, 1, 2. */
function countsIn(buffer: ExemplarBuffer): readonly number[] {
  const { labels } = buffer.draw(1000, randomStream(0));
  return [0, 1, 2].map((label) => labels.filter((one) => one === label).length);
}

/** Samples kept, by their feature, ascending. */
const featuresIn = (buffer: ExemplarBuffer): readonly number[] =>
  [...buffer.draw(1000, randomStream(0)).features].sort((a, b) => a - b);

describe('a buffer of exemplars', () => {
  it('as a reservoir holds every sample of the stream with the same probability', async () => {
    const held = new Array<number>(40).fill(0);
    const samples = samplesOf(repeated(0, 40));
    const times = 4000;
    for (let seed = 0; seed < times; seed++) {
      const buffer = exemplarBuffer('reservoir', { samples: 10 }, 1);
      const random = randomStream(seed);
      await buffer.offer(samples, all(40), random);
      expect(buffer.size).to.equal(10);
      for (const value of buffer.draw(10, random).features) held[value] = (held[value] ?? 0) + 1;
    }
    // Binomial with p = 1/4: five standard deviations are 0.034.
    for (const count of held) expect(count / times).to.be.closeTo(0.25, 0.034);
  });

  it('balanced by classes gives each class the same room, and shrinks the others when one comes', async () => {
    const buffer = exemplarBuffer('class-balanced', { samples: 12 }, 1);
    const random = randomStream(1);
    await buffer.offer(samplesOf(repeated(0, 20)), all(20), random);
    expect(countsIn(buffer)).to.deep.equal([12, 0, 0]);
    await buffer.offer(samplesOf([...repeated(1, 20), ...repeated(2, 2)]), all(22), random);
    expect(countsIn(buffer)).to.deep.equal([4, 4, 2]);
  });

  it('leaves no place empty where classes do not divide its capacity', async () => {
    const buffer = exemplarBuffer('class-balanced', { samples: 11 }, 1);
    const labels = [...repeated(0, 20), ...repeated(1, 20), ...repeated(2, 20)];
    await buffer.offer(samplesOf(labels), all(60), randomStream(1));
    // The first of them have ⌈11 / 3⌉ and ⌈10 / 3⌉, the last ⌈9 / 3⌉.
    expect(countsIn(buffer)).to.deep.equal([4, 4, 3]);
  });

  it('as a ring holds the last of each class', async () => {
    const buffer = exemplarBuffer('ring', { samples: 4 }, 1);
    await buffer.offer(samplesOf(repeated(0, 10)), all(10), randomStream(1));
    expect(featuresIn(buffer)).to.deep.equal([6, 7, 8, 9]);
    await buffer.offer(samplesOf([0, 1, 1, 1]), all(4), randomStream(1));
    // Of class 0 the last of the first ten and the one that came again, numbered 0; of class 1 the rows 2 and 3.
    expect(featuresIn(buffer)).to.deep.equal([0, 2, 3, 9]);
  });

  it('fills greedily, and lets a class that comes take places of the one that has most', async () => {
    const buffer = exemplarBuffer('greedy', { samples: 6 }, 1);
    await buffer.offer(samplesOf(repeated(0, 10)), all(10), randomStream(1));
    expect(featuresIn(buffer)).to.deep.equal([0, 1, 2, 3, 4, 5]);
    await buffer.offer(samplesOf([1]), all(1), randomStream(1));
    // Class 1 has one sample only: class 0 keeps five of its six, where a rule of shares would leave it three.
    expect(countsIn(buffer)).to.deep.equal([5, 1, 0]);
    await buffer.offer(samplesOf(repeated(1, 10)), all(10), randomStream(1));
    expect(countsIn(buffer)).to.deep.equal([3, 3, 0]);
  });

  it('by herding holds samples whose mean is near that of the class, and the first of them where it shrinks', async () => {
    // On the unit circle at −40°, 10°, 40°: their mean points to 3.5°, so 10° comes first. With it, −40° gives a mean at −15°
    // and of length .91, 40° one at 25° and .97; the mean of all, of length .86, is nearer to the first of these.
    const degrees = [-40, 40, 10];
    const features = Float32Array.from(
      degrees.flatMap((angle) => [Math.cos, Math.sin].map((f) => 7 * f((angle * Math.PI) / 180))),
    );
    const samples = arraySamples({ features, labels: Int32Array.of(0, 0, 0), shape: [2] });
    const buffer = exemplarBuffer('herding', { samples: 2 }, 2, plain);
    await buffer.offer(samples, all(3), randomStream(1));
    const angles = (): readonly number[] => {
      return buffer.exemplars.map(({ features: [x = NaN, y = NaN] }) => Math.round((Math.atan2(y, x) * 180) / Math.PI));
    };
    expect(angles()).to.deep.equal([10, -40]);
    const other = arraySamples({ features: Float32Array.of(0, -1), labels: Int32Array.of(1), shape: [2] });
    await buffer.offer(other, all(1), randomStream(1));
    expect(angles()).to.deep.equal([10, -90]);
  });

  it('keeps of each class as many as it is told, however many classes come', async () => {
    for (const rule of ['class-balanced', 'ring', 'greedy', 'herding'] as const) {
      const buffer = exemplarBuffer(rule, { perClass: 3 }, 1, plain);
      for (const label of [0, 1, 2]) await buffer.offer(samplesOf(repeated(label, 9)), all(9), randomStream(1));
      expect(countsIn(buffer), rule).to.deep.equal([3, 3, 3]);
    }
  });

  it('that is larger than the data keeps all of them, each once', async () => {
    for (const rule of bufferRules) {
      const buffer = exemplarBuffer(rule, { samples: 1000 }, 1, plain);
      await buffer.offer(samplesOf([0, 1, 2, 0, 1]), all(5), randomStream(1));
      expect(featuresIn(buffer), rule).to.deep.equal([0, 1, 2, 3, 4]);
    }
  });

  it('with fewer places than classes goes on', async () => {
    for (const rule of bufferRules) {
      const buffer = exemplarBuffer(rule, { samples: 2 }, 1, plain);
      await buffer.offer(samplesOf([0, 1, 2, 0, 1, 2]), all(6), randomStream(1));
      expect(buffer.size, rule).to.equal(2);
    }
  });

  it('keeps what is put aside with a sample, and saves it', async () => {
    const buffer = exemplarBuffer('ring', { samples: 4 }, 1);
    const kept = await buffer.offer(samplesOf([0, 1]), all(2), randomStream(1));
    kept.forEach((exemplar) => (exemplar.extras = exemplar.label === 0 ? Float32Array.of(1) : Float32Array.of(2, 3)));
    const again = exemplarBuffer('ring', { samples: 4 }, 1);
    again.restore(buffer.save());
    for (const one of [buffer, again]) {
      const { labels, extras } = one.draw(2, randomStream(2));
      labels.forEach((label, i) => {
        expect([...(extras[i] ?? [])]).to.deep.equal([[1], [2, 3]][label]);
      });
    }
  });

  it('keeps groups that are named in place of classes apart, and draws from one of them', async () => {
    const buffer = exemplarBuffer('class-balanced', { samples: 4 }, 1);
    await buffer.offer(samplesOf([0, 1, 0, 1]), all(4), randomStream(1), 1);
    await buffer.offer(samplesOf([2, 0, 2, 2]), all(4), randomStream(1), 2);
    expect(buffer.groups).to.deep.equal([1, 2]);
    expect(buffer.draw(10, randomStream(1), 1).count).to.equal(2);
    expect([...buffer.draw(10, randomStream(1), 1).labels].every((label) => label < 2)).to.equal(true);
  });

  it('refuses what it cannot do: no samples, a number of each class for a reservoir, herding without features', async () => {
    for (const [make, message] of [
      [() => exemplarBuffer('reservoir', { perClass: 2 }, 1), 'class-balanced'],
      [() => exemplarBuffer('ring', { samples: -1 }, 1), 'not -1'],
      [() => exemplarBuffer('ring', { perClass: 1.5 }, 1), 'not 1.5'],
      [() => exemplarBuffer('herding', { samples: 2 }, 1), 'after-task'],
    ] as const) {
      const error = await captureError(make);
      expect(error.code).to.equal('bad-usage');
      expect(error.message).to.contain(message);
    }
  });

  for (const rule of bufferRules) {
    it(`by the rule ${rule} goes on from what it saved as if nothing had happened`, async () => {
      const made = () => exemplarBuffer(rule, { samples: 9 }, 1, plain);
      const stream = samplesOf(Array.from({ length: 60 }, (_, i) => i % 3));
      const buffer = made();
      const random = randomStream(2);
      await buffer.offer(stream, all(30), random);
      const again = made();
      again.restore(buffer.save());
      const randomAgain = randomStream(0);
      randomAgain.restore(random.save());
      await buffer.offer(stream, all(60).subarray(30), random);
      await again.offer(stream, all(60).subarray(30), randomAgain);
      expect(again.save()).to.deep.equal(buffer.save());
      expect(again.draw(5, randomAgain)).to.deep.equal(buffer.draw(5, random));

      const { json, tensors } = buffer.save();
      const cut = { features: { shape: [1, 1], data: new Float32Array(1) } };
      const more = { features: { shape: [10, 1], data: new Float32Array(10) } };
      for (const damaged of [
        { json: null, tensors },
        { json, tensors: cut },
        { json, tensors: more },
      ]) {
        const error = await captureError(() => {
          made().restore(damaged);
        });
        expect(error.code).to.equal('bad-checkpoint');
      }
    });
  }
});
