import { expect } from 'chai';
import fc from 'fast-check';
import { randomStream } from '../../src/core/random.js';
import { encoders } from '../../src/memory/encoders/encoders.js';

const labels = Int32Array.from({ length: 4000 }, (_, row) => row % 4);

/** Share of the rows that get another target than themselves. */
function moved(targets: Uint32Array): number {
  return targets.filter((target, row) => target !== row).length / targets.length;
}

describe('encoders', () => {
  for (const name of Object.keys(encoders) as (keyof typeof encoders)[]) {
    describe(`${name} keeps the contract`, () => {
      it('names a row of the batch for each row, whatever the batch', async () => {
        const encoder = await encoders[name].make({}, undefined);
        fc.assert(
          fc.property(
            fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 1, maxLength: 30 }),
            fc.integer(),
            (batch, seed) => {
              const targets = encoder.targets(Int32Array.from(batch), 0, randomStream(seed));
              expect(targets).to.have.length(batch.length);
              for (const target of targets) expect(target).to.be.within(0, batch.length - 1);
            },
          ),
          { seed: 3, numRuns: 50 },
        );
      });

      it('draws the same targets from the same stream', async () => {
        const encoder = await encoders[name].make({}, undefined);
        const draw = (): Uint32Array => encoder.targets(labels, 0, randomStream(9));
        expect(draw()).to.deep.equal(draw());
      });
    });
  }

  it('identity aims at the row itself', async () => {
    const encoder = await encoders.identity.make({}, undefined);
    expect(moved(encoder.targets(labels, 0, randomStream(1)))).to.equal(0);
  });

  it('icrst aims at the same class, with probability p at another row', async () => {
    const encoder = await encoders.icrst.make({ p: 0.3 }, undefined);
    const targets = encoder.targets(labels, 0, randomStream(1));
    targets.forEach((target, row) => expect(labels[target]).to.equal(labels[row]));
    // Binomial(4000, 0.3·999/1000): standard deviation 0.0072; four of them.
    expect(moved(targets)).to.be.closeTo(0.3, 0.03);
  });

  it('trst aims at any row, of every class alike', async () => {
    const encoder = await encoders.trst.make({ p: 1 }, undefined);
    const targets = encoder.targets(labels, 0, randomStream(1));
    const sameClass = targets.filter((target, row) => labels[target] === labels[row]).length / targets.length;
    // Four classes alike: a quarter; standard deviation 0.0068; four of them.
    expect(sameClass).to.be.closeTo(0.25, 0.028);
    expect(moved(targets)).to.be.greaterThan(0.99);
  });

  it('icrst with p = 0 is identity', async () => {
    const encoder = await encoders.icrst.make({ p: 0 }, undefined);
    expect(moved(encoder.targets(labels, 0, randomStream(1)))).to.equal(0);
  });
});
