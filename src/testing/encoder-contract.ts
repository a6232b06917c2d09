import { expect } from 'chai';
import { before, describe, it } from './runner.js';
import type { Encoder, EncoderUse, SampleOf } from '../core/encoder.js';
import { randomStream } from '../core/random.js';

/** Samples of two values, of which the first is the row's number. */
export const numbered: SampleOf = (row) => Float32Array.of(row, 0.5);

/** What an encoder is to be used for, of these classes. */
export function useOf(labels: readonly number[], steps = 1000): EncoderUse {
  return { train: { size: labels.length, label: (row) => labels[row] ?? -1 }, steps };
}

/** Batches of 1 … 30 rows of four classes, at any step. */
function someBatches(count: number, seed: number) {
  const random = randomStream(seed);
  return Array.from({ length: count }, () => ({
    batch: Int32Array.from({ length: 1 + random.integer(30) }, () => random.integer(4)),
    step: random.integer(2) === 0 ? random.integer(50) : random.integer(1e9),
    seed: random.integer(2 ** 31),
  }));
}

/** What every encoder must do; its suite is defined where this is called. */
export function encoderContract(name: string, make: () => Promise<Encoder>): void {
  describe(`encoder ${name} keeps the contract`, () => {
    let encoder: Encoder;
    before(async () => {
      encoder = await make();
    });

    it('names a row of the batch for each row, whatever the batch and the step', () => {
      for (const { batch, step, seed } of someBatches(100, 3)) {
        const targets = encoder.targets(batch, step, randomStream(seed), numbered);
        expect(targets).to.be.instanceOf(Uint32Array);
        expect(targets).to.have.length(batch.length);
        for (const target of targets) expect(target).to.be.within(0, batch.length - 1);
      }
    });

    it('that draws from more rows than the batch has names targets for those of the batch alone', () => {
      if (encoder.drawsFromPool !== true) return;
      for (const { batch, step, seed } of someBatches(50, 5)) {
        const ofBatch = Math.min(1 + (seed % 30), batch.length);
        const targets = encoder.targets(batch, step, randomStream(5), numbered, ofBatch);
        expect(targets).to.have.length(ofBatch);
        for (const target of targets) expect(target).to.be.within(0, batch.length - 1);
      }
    });

    it('has no target for the rows of an empty batch', () => {
      expect(encoder.targets(new Int32Array(), 0, randomStream(1), numbered)).to.have.length(0);
    });

    it('keeps nothing from batch to batch: the same batch, step and stream give the same targets', () => {
      const others = someBatches(50, 5);
      for (const [i, { batch, step }] of someBatches(50, 4).entries()) {
        const draw = (): Uint32Array => encoder.targets(batch, step, randomStream(9), numbered);
        const first = draw();
        encoder.targets(others[i]?.batch ?? batch, step + 1, randomStream(1), numbered);
        expect(draw()).to.deep.equal(first);
      }
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
