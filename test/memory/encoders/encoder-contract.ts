import { expect } from 'chai';
import fc from 'fast-check';
import type { Encoder, EncoderUse, SampleOf } from '../../../src/core/encoder.js';
import { randomStream } from '../../../src/core/random.js';

/** Samples of two values, of which the first is the row's number. */
export const numbered: SampleOf = (row) => Float32Array.of(row, 0.5);

/** What an encoder is to be used for, of these classes. */
export function useOf(labels: readonly number[], steps = 1000): EncoderUse {
  return { train: { size: labels.length, label: (row) => labels[row] ?? -1 }, steps };
}

/** What every encoder must do, reverie's and those of plug-ins. */
export function encoderContract(name: string, make: () => Promise<Encoder>): void {
  describe(`encoder ${name} keeps the contract`, () => {
    let encoder: Encoder;
    before(async () => {
      encoder = await make();
    });

    const batches = fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 1, maxLength: 30 });
    const steps = fc.integer({ min: 0, max: 1e9 });

    it('names a row of the batch for each row, whatever the batch and the step', () => {
      fc.assert(
        fc.property(batches, steps, fc.integer(), (batch, step, seed) => {
          const targets = encoder.targets(Int32Array.from(batch), step, randomStream(seed), numbered);
          expect(targets).to.be.instanceOf(Uint32Array);
          expect(targets).to.have.length(batch.length);
          for (const target of targets) expect(target).to.be.within(0, batch.length - 1);
        }),
        { seed: 3, numRuns: 100 },
      );
    });

    it('that draws from more rows than the batch has names targets for those of the batch alone', () => {
      if (encoder.drawsFromPool !== true) return;
      fc.assert(
        fc.property(batches, steps, fc.integer({ min: 1, max: 30 }), (rows, step, count) => {
          const ofBatch = Math.min(count, rows.length);
          const targets = encoder.targets(Int32Array.from(rows), step, randomStream(5), numbered, ofBatch);
          expect(targets).to.have.length(ofBatch);
          for (const target of targets) expect(target).to.be.within(0, rows.length - 1);
        }),
        { seed: 5, numRuns: 50 },
      );
    });

    it('has no target for the rows of an empty batch', () => {
      expect(encoder.targets(new Int32Array(), 0, randomStream(1), numbered)).to.have.length(0);
    });

    it('keeps nothing from batch to batch: the same batch, step and stream give the same targets', () => {
      fc.assert(
        fc.property(batches, batches, steps, (batch, other, step) => {
          const draw = (): Uint32Array => encoder.targets(Int32Array.from(batch), step, randomStream(9), numbered);
          const first = draw();
          encoder.targets(Int32Array.from(other), step + 1, randomStream(1), numbered);
          expect(draw()).to.deep.equal(first);
        }),
        { seed: 4, numRuns: 50 },
      );
    });

    it('leaves labels and samples as they are', () => {
      const [labels, values] = [Int32Array.of(2, 0, 2, 1), Float32Array.from({ length: 8 }, (_, i) => i / 8)];
      encoder.targets(labels, 10, randomStream(2), (row) => values.subarray(row * 2, row * 2 + 2));
      expect([...labels]).to.deep.equal([2, 0, 2, 1]);
      expect([...values]).to.deep.equal([0, 0.125, 0.25, 0.375, 0.5, 0.625, 0.75, 0.875]);
    });

    it('has nothing to say against several labelled samples of each class', () => {
      expect(encoder.check?.(useOf([0, 0, 1, 1, 1])) ?? []).to.deep.equal([]);
    });
  });
}
