import { expect } from 'chai';
import type { EncoderArm, EncoderTrial } from '../../../src/studies/encoders/encoder-result.js';
import { summarise } from '../../../src/studies/encoders/summarise.js';

const arm = (name: string, against?: string): EncoderArm => ({
  name,
  autoencoder: 'vanilla',
  encoder: name,
  ...(against === undefined ? {} : { against }),
});

const trial = (name: string, seed: number, accuracy: number): EncoderTrial => ({
  arm: name,
  seed,
  losses: [1],
  bestEpoch: 1,
  steps: 1,
  probes: [{ target: 'classes', probe: 'linear', accuracy, macroF1: accuracy }],
  measures: { rmse: accuracy },
  absent: {},
  seconds: 1,
});

const arms = [arm('identity'), arm('icrst', 'identity'), arm('trst', 'identity')];
const trials = [
  ...[0.8, 0.82, 0.84].map((value, i) => trial('identity', i + 1, value)),
  ...[0.85, 0.86, 0.9].map((value, i) => trial('icrst', i + 1, value)),
  ...[0.79, 0.83, 0.83].map((value, i) => trial('trst', i + 1, value)),
];
const rows = summarise(arms, trials).probes.filter(({ measure }) => measure === 'accuracy');

describe('the summary of an encoder study', () => {
  it('has the mean over seeds and its interval by Student: t(2) = 4.3027 for 95 %', () => {
    expect(rows.map(({ arm: name }) => name)).to.deep.equal(['identity', 'icrst', 'trst']);
    // Deviation 0.02: 0.82 ± 4.3027 · 0.02 / √3.
    expect(rows[0]?.mean).to.be.closeTo(0.82, 1e-12);
    expect(rows[0]?.interval?.[1]).to.be.closeTo(0.82 + (4.302653 * 0.02) / Math.sqrt(3), 1e-6);
    expect(rows[0]).not.to.have.property('difference');
  });

  it('has the difference by pairs of seeds, and its p-value', () => {
    // 0.05, 0.04, 0.06: mean 0.05, deviation 0.01, t = 8.6603 with 2 degrees of freedom, p = 1 − t/√(t² + 2) = 0.01307.
    const { difference } = rows[1] ?? {};
    expect(difference?.mean).to.be.closeTo(0.05, 1e-12);
    expect(difference?.p).to.be.closeTo(0.013072, 1e-5);
  });

  it('adjusts p-values over the arms of a column, by Holm', () => {
    // The smaller of two counts twice, the larger once.
    const [icrst, trst] = [rows[1]?.difference, rows[2]?.difference];
    expect(icrst?.adjusted).to.be.closeTo(2 * (icrst?.p ?? NaN), 1e-12);
    expect(trst?.adjusted).to.be.closeTo(trst?.p ?? NaN, 1e-12);
  });

  it('has no interval and no p-value for one seed', () => {
    const [, one] = summarise(
      arms,
      trials.filter(({ seed }) => seed === 1),
    ).probes;
    expect(one?.difference).to.deep.equal({ against: 'identity', mean: 0.85 - 0.8 });
    expect(one).not.to.have.property('interval');
  });

  it('compares the seeds that both have, whatever the order of trials', () => {
    const fewer = trials.filter(({ arm: name, seed }) => name !== 'identity' || seed > 1).reverse();
    const icrst = summarise(arms, fewer).probes.find(({ arm: name }) => name === 'icrst');
    expect(icrst?.difference?.mean).to.be.closeTo(0.05, 1e-12);
    expect(icrst?.count).to.equal(3);
  });

  it('averages what codes are like', () => {
    expect(summarise(arms, trials).measures.find((row) => row.arm === 'identity')).to.deep.include({
      measure: 'rmse',
      count: 3,
    });
  });
});
