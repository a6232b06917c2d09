import { expect } from 'chai';
import fc from 'fast-check';
import { randomStream } from '../../src/core/random.js';
import { compose } from '../../src/di/composition.js';
import { loadPlugIn } from '../../src/di/plug-in.js';
import { encoders, probability, probabilityAt, settledAfter } from '../../src/memory/encoders.js';
import { captureError } from '../support/capture-error.js';
import { encoderContract, numbered, useOf } from '../../src/testing/encoder-contract.js';

type Name = keyof typeof encoders;
const names = Object.keys(encoders) as Name[];
const drawing = names.filter((name) => name !== 'identity');

const labels = Int32Array.from({ length: 4000 }, (_, row) => row % 4);

async function targetsOf(name: Name, options: unknown, { batch = labels, step = 0, seed = 1 } = {}) {
  const encoder = await encoders[name].make(options, undefined);
  return encoder.targets(batch, step, randomStream(seed), numbered);
}

/** Share of the rows that get another target than themselves. */
function moved(targets: Uint32Array): number {
  return targets.filter((target, row) => target !== row).length / targets.length;
}

describe('encoders', () => {
  for (const name of names) encoderContract(name, async () => encoders[name].make({}, undefined));
  for (const name of drawing) {
    const p = { from: 0, to: 1, over: 500, kind: 'cosine' };
    encoderContract(`${name} with a schedule`, async () => encoders[name].make({ p }, undefined));
  }
  encoderContract('of a plug-in, examples/own-encoder.ts', async () => {
    const part = (await loadPlugIn('examples/own-encoder.ts')).encoders?.['typical'];
    if (part === undefined) throw new Error('the example has no encoder "typical"');
    return part.make({}, undefined);
  });

  it('identity aims at the row itself', async () => {
    expect(moved(await targetsOf('identity', {}))).to.equal(0);
  });

  it('icrst aims at the same class, with probability p at another row', async () => {
    const targets = await targetsOf('icrst', { p: 0.3 });
    targets.forEach((target, row) => expect(labels[target]).to.equal(labels[row]));
    // Binomial(4000, 0.3·999/1000): standard deviation 0.0072; four of them.
    expect(moved(targets)).to.be.closeTo(0.3, 0.03);
  });

  it('trst aims at any row, of every class alike', async () => {
    const targets = await targetsOf('trst', { p: 1 });
    const sameClass = targets.filter((target, row) => labels[target] === labels[row]).length / targets.length;
    // Four classes alike: a quarter; standard deviation 0.0068; four of them.
    expect(sameClass).to.be.closeTo(0.25, 0.028);
    expect(moved(targets)).to.be.greaterThan(0.99);
  });

  it('trst asks for no classes: without them it draws the same', async () => {
    const unlabelled = new Int32Array(4000).fill(-1);
    expect(await targetsOf('trst', { p: 0.5 }, { batch: unlabelled })).to.deep.equal(
      await targetsOf('trst', { p: 0.5 }),
    );
  });

  it('cross-class aims at every other class alike, and never at its own', async () => {
    const targets = await targetsOf('cross-class', { p: 1 });
    targets.forEach((target, row) => expect(labels[target]).not.to.equal(labels[row]));
    const next = targets.filter((target, row) => labels[target] === ((labels[row] ?? 0) + 1) % 4).length / 4000;
    // Three other classes: a third; standard deviation 0.0075; four of them.
    expect(next).to.be.closeTo(1 / 3, 0.03);
    // Each row is drawn about once: with 4000 draws of 4000 rows, 1 − 1/e of them at least once; deviation below 0.008.
    expect(new Set(targets).size / 4000).to.be.closeTo(1 - Math.exp(-1), 0.032);
  });

  it('cross-class with probability p leaves the other rows alone', async () => {
    // Binomial(4000, 0.3): standard deviation 0.0072; four of them.
    expect(moved(await targetsOf('cross-class', { p: 0.3 }))).to.be.closeTo(0.3, 0.03);
  });

  it('cross-class has nothing but the row itself in a batch of one class', async () => {
    expect(moved(await targetsOf('cross-class', { p: 1 }, { batch: new Int32Array(50).fill(7) }))).to.equal(0);
  });

  for (const name of drawing) {
    it(`${name} with p = 0 is identity`, async () => {
      expect(moved(await targetsOf(name, { p: 0 }))).to.equal(0);
    });

    it(`${name} takes up its schedule step by step`, async () => {
      const p = { from: 0, to: 1, over: 1000 };
      const share = async (step: number): Promise<number> => moved(await targetsOf(name, { p }, { step }));
      expect(await share(0)).to.equal(0);
      // Binomial(4000, 0.5): standard deviation 0.008; four of them, and the thousandth that draws itself.
      expect(await share(500)).to.be.closeTo(0.5, 0.033);
      expect(await share(1000)).to.be.greaterThan(0.99);
      expect(await share(1e9)).to.be.greaterThan(0.99);
    });

    it(`${name} warns of a schedule that the steps do not suffice for`, async () => {
      const p = { from: 0, to: 0.5, over: 1000 };
      const check = async (steps: number) =>
        (await encoders[name].make({ p }, undefined)).check?.(useOf([0, 0, 1, 1], steps));
      expect(await check(1000)).to.deep.equal([]);
      expect(await check(400)).to.deep.equal([
        {
          type: 'warning',
          code: 'schedule-not-finished',
          message:
            `p of encoder "${name}" is to be 0.5 after 1000 steps, but there are only 400, at the end of which it is 0.2; ` +
            'let it rise over fewer steps, or train for longer',
        },
      ]);
    });
  }

  for (const name of ['icrst', 'cross-class'] as const) {
    it(`${name} refuses samples without a class, before training and in a batch`, async () => {
      const encoder = await encoders[name].make({}, undefined);
      const message =
        `encoder "${name}" needs the class of every sample, but 2 of 4 have none, the first of them row 1; label them, or ` +
        'choose trst, which needs no classes';
      for (const act of [
        () => encoder.check?.(useOf([3, -1, 4, -1])),
        () => encoder.targets(Int32Array.of(3, -1, 4, -1), 0, randomStream(1), numbered),
      ]) {
        const error = await captureError(act);
        expect([error.code, error.message]).to.deep.equal(['bad-data', message]);
      }
    });
  }

  it('icrst warns of classes of one sample', async () => {
    const encoder = await encoders.icrst.make({}, undefined);
    expect(encoder.check?.(useOf([5, 2, 5, 9]))).to.deep.equal([
      {
        type: 'warning',
        code: 'class-with-one-sample',
        message:
          'there is only one sample of class 2, 9: encoder "icrst" can draw nothing but that sample itself for it, and is the ' +
          'identity there; add samples, or leave the class out',
      },
    ]);
    const many = encoder.check?.(useOf(Array.from({ length: 13 }, (_, label) => label)));
    expect(many?.[0]?.message).to.match(/^there is only one sample of class 0, 1, 2, 3, 4, 5, 6, 7, 8, 9 and 3 more: /);
  });

  it('cross-class refuses samples of one class alone', async () => {
    const encoder = await encoders['cross-class'].make({}, undefined);
    const error = await captureError(() => encoder.check?.(useOf([6, 6])));
    expect([error.code, error.message]).to.deep.equal([
      'bad-data',
      'encoder "cross-class" aims at samples of another class, but all samples are of class 6; give it two classes or more, ' +
        'or choose another encoder',
    ]);
  });

  it("the example's aims at the sample nearest to its class's mean", async () => {
    const { catalogue } = await compose({ engine: 'auto', plugins: ['examples/own-encoder.ts'] });
    expect(Object.keys(catalogue.encoders)).to.include('typical');
    const encoder = await (
      await loadPlugIn('examples/own-encoder.ts')
    ).encoders?.['typical']?.make({ p: 1 }, undefined);
    // Class 0 has the values 0, 4 and 5, whose mean 3 is nearest to 4; class 1 has 9 alone.
    const values = [0, 9, 4, 5];
    const targets = encoder?.targets(Int32Array.of(0, 1, 0, 0), 0, randomStream(1), (row) =>
      Float32Array.of(values[row] ?? NaN),
    );
    expect(targets).to.deep.equal(Uint32Array.of(2, 1, 2, 2));
  });
});

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
