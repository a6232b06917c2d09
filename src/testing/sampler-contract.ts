import { expect } from 'chai';
import { describe, it } from './runner.js';
import { topClasses, type BorrowedTeacher } from '../core/teacher.js';
import { randomStream } from '../core/random.js';
import type { FrozenAutoencoder, TaskEndContext, Sampler } from '../core/sampler.js';
import { arraySamples } from '../core/array-samples.js';

/** An autoencoder without loss on two values, and a teacher that shows the sign of the first: what samplers are tried on. */
export const identityAutoencoder: FrozenAutoencoder = {
  width: 2,
  codeWidth: 2,
  encode: (x) => Promise.resolve(x.slice()),
  decode: (x) => Promise.resolve(x.slice()),
  reconstruct: (x) => Promise.resolve(x.slice()),
  samplePrior: (count, random) => {
    const seeds = new Float32Array(2 * count);
    random.fillNormal(seeds);
    return seeds;
  },
};
export const signTeacher: BorrowedTeacher = {
  classes: [0, 1],
  label: (x, count) =>
    Promise.resolve(Float32Array.from({ length: 2 * count }, (_, i) => (i % 2 === 0 ? -1 : 1) * (x[i - (i % 2)] ?? 0))),
};

/** How many of the rows the teacher takes for its first class. */
async function ofFirstClass(rows: Float32Array): Promise<number> {
  const count = rows.length / 2;
  return topClasses(await signTeacher.label(rows, count), signTeacher.classes, count).filter((label) => label === 0)
    .length;
}

/** The end of a task that taught {@link twoClasses}, whose samples are their own codes. */
export function endOfTask(autoencoder: FrozenAutoencoder = identityAutoencoder): TaskEndContext {
  const { codes, labels } = twoClasses();
  return {
    autoencoder,
    teacher: signTeacher,
    train: arraySamples({ shape: [2], features: codes, labels }),
    seenCodes: (count) => Promise.resolve({ codes: codes.slice(0, 2 * count), labels: labels.slice(0, count) }),
  };
}

/** 300 codes around (−5, 0), class 0, and 100 around (5, 0), class 1. */
export function twoClasses(): { codes: Float32Array; labels: Int32Array } {
  const random = randomStream(8);
  const labels = Int32Array.from({ length: 400 }, (_, i) => (i < 300 ? 0 : 1));
  const codes = new Float32Array(800);
  labels.forEach((label, i) => {
    codes.set(
      [label === 0 ? -5 : 5, 0].map((mean) => mean + 0.5 * random.normal()),
      2 * i,
    );
  });
  return { codes, labels };
}

/** What every sampler must do; its suite is defined where this is called. */
export function samplerContract(name: string, make: () => Promise<Sampler> | Sampler): void {
  describe(`sampler ${name} keeps the contract`, () => {
    const fitted = async (): Promise<Sampler> => {
      const sampler = await make();
      const { codes, labels } = twoClasses();
      sampler.fit(codes, labels, 2, randomStream(2));
      await sampler.consolidate?.(endOfTask(), randomStream(3));
      return sampler;
    };

    for (const count of [1, 2, 37]) {
      it(`gives ${count} finite rows for ${count}`, async () => {
        const { features: rows } = await (
          await fitted()
        ).sample(identityAutoencoder, signTeacher, count, randomStream(1));
        expect(rows).to.have.length(2 * count);
        expect(rows.every((value) => Number.isFinite(value))).to.equal(true);
      });
    }

    it('draws the same rows from the same stream, others from another', async () => {
      const draw = async (seed: number): Promise<Float32Array> =>
        (await (await fitted()).sample(identityAutoencoder, signTeacher, 20, randomStream(seed))).features;
      expect(await draw(1)).to.deep.equal(await draw(1));
      expect(await draw(1)).not.to.deep.equal(await draw(2));
    });

    it('gives classes in balance, though what it learnt was not', async () => {
      const { features } = await (await fitted()).sample(identityAutoencoder, signTeacher, 1000, randomStream(1));
      // Binomial(1000, ½): standard deviation 16; four of them. The fit had 3 : 1.
      expect(await ofFirstClass(features)).to.be.closeTo(500, 64);
    });

    it('shows its walks: the start, then each jump, all of the asked size', async () => {
      const sampler = await fitted();
      if (sampler.walks === undefined) return;
      const seen = [];
      for await (const rows of sampler.walks(identityAutoencoder, 5, randomStream(1))) seen.push(rows.length);
      expect(seen.length).to.be.greaterThan(0);
      expect(new Set(seen)).to.deep.equal(new Set([10]));
    });

    it('draws the same after its state went through JSON', async () => {
      const sampler = await fitted();
      const { json, tensors } = sampler.save();
      const restored = await make();
      restored.restore({ json: JSON.parse(JSON.stringify(json)) as typeof json, tensors });
      const draw = async (from: Sampler): Promise<Float32Array> =>
        (await from.sample(identityAutoencoder, signTeacher, 20, randomStream(4))).features;
      expect(await draw(restored)).to.deep.equal(await draw(sampler));
    });
  });
}
