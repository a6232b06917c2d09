import { expect } from 'chai';
import fc from 'fast-check';
import { probability, probabilityAt, settledAfter } from '../../../src/memory/encoders/probability.js';

const at = (given: unknown, ...steps: readonly number[]): readonly number[] => {
  const p = probabilityAt(probability.parse(given));
  return steps.map((step) => p(step));
};

describe('the probability of an encoder', () => {
  it('is 0.5 where nothing is said', () => {
    expect(at(undefined, 0, 1e6)).to.deep.equal([0.5, 0.5]);
  });

  it('stays where it is a number', () => {
    expect(at(0.3, 0, 7, 1e6)).to.deep.equal([0.3, 0.3, 0.3]);
  });

  it('goes from the one to the other in a straight line, which is the kind that need not be said', () => {
    const ramp = { from: 0, to: 0.5, over: 1000 };
    expect(at(ramp, 0, 250, 500, 1000, 5000)).to.deep.equal([0, 0.125, 0.25, 0.5, 0.5]);
    expect(at({ ...ramp, kind: 'linear' }, 250)).to.deep.equal([0.125]);
    expect(at({ from: 1, to: 0, over: 4 }, 1)).to.deep.equal([0.75]);
  });

  it('goes along half a cosine', () => {
    const [start, quarter, half, end, after] = at({ from: 0, to: 1, over: 400, kind: 'cosine' }, 0, 100, 200, 400, 900);
    expect(start).to.equal(0);
    // (1 − cos(π/4)) / 2
    expect(quarter).to.be.closeTo(0.146447, 1e-6);
    expect(half).to.be.closeTo(0.5, 1e-12);
    expect([end, after]).to.deep.equal([1, 1]);
  });

  it('goes in steps', () => {
    const steps = {
      steps: [
        [0, 0],
        [500, 0.25],
        [1000, 0.5],
      ],
    };
    expect(at(steps, 0, 499, 500, 999, 1000, 9999)).to.deep.equal([0, 0, 0.25, 0.25, 0.5, 0.5]);
  });

  it('over one step is there at step 1', () => {
    expect(at({ from: 0.2, to: 0.4, over: 1 }, 0, 1)).to.deep.equal([0.2, 0.4]);
  });

  it('never leaves what lies between its ends', () => {
    const share = fc.double({ min: 0, max: 1, noNaN: true });
    const steps = fc.integer({ min: 1, max: 1e6 });
    const kind = fc.constantFrom('linear', 'cosine');
    fc.assert(
      fc.property(share, share, steps, kind, fc.nat(), (from, to, over, kind, step) => {
        const [p = NaN] = at({ from, to, over, kind }, step);
        expect(p).to.be.within(Math.min(from, to) - 1e-12, Math.max(from, to) + 1e-12);
      }),
      { seed: 6, numRuns: 200 },
    );
  });

  it('is settled when nothing changes any more', () => {
    const settled = (given: unknown): number => settledAfter(probability.parse(given));
    expect(settled(0.2)).to.equal(0);
    expect(settled({ from: 0, to: 1, over: 30 })).to.equal(30);
    expect(
      settled({
        steps: [
          [0, 0],
          [70, 1],
        ],
      }),
    ).to.equal(70);
  });

  const bad: readonly [string, unknown][] = [
    ['is above 1', 1.1],
    ['is below 0', -0.1],
    ['is not a number', NaN],
    ['goes above 1', { from: 0, to: 2, over: 10 }],
    ['goes over no step', { from: 0, to: 1, over: 0 }],
    ['goes over half a step', { from: 0, to: 1, over: 0.5 }],
    ['is of an unknown kind', { from: 0, to: 1, over: 10, kind: 'square' }],
    [
      'has steps that do not begin at 0',
      {
        steps: [
          [1, 0],
          [2, 1],
        ],
      },
    ],
    [
      'has steps that do not ascend',
      {
        steps: [
          [0, 0],
          [5, 1],
          [5, 0],
        ],
      },
    ],
    ['has no steps', { steps: [] }],
    ['has steps and a ramp', { from: 0, to: 1, over: 10, steps: [[0, 0]] }],
  ];
  for (const [what, given] of bad) {
    it(`is refused where it ${what}`, () => {
      expect(probability.safeParse(given).success).to.equal(false);
    });
  }
});
