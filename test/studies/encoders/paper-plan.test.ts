import { expect } from 'chai';
import { paperPlan, type PaperPreset } from '../../../src/studies/encoders/paper-plan.js';
import { captureError } from '../../support/capture-error.js';

describe('the plan of the paper on ICRST and TRST', () => {
  it('has its first three experiments with its headline figures, and a VAE of the same size', () => {
    for (const [table, icrst, trst] of [
      ['mnist', 0.97, 0.9],
      ['fashion-mnist', 0.89, 0.89],
    ] as const) {
      const { arms } = paperPlan(table, 'quick', 1, {});
      const of = (name: string) => arms.find((arm) => arm.name === name);
      expect(of('AE')?.encoder).to.deep.equal({ name: 'identity', options: {} });
      expect(of('ICRST p=0.5')).to.deep.include({
        encoder: { name: 'icrst', options: { p: 0.5 } },
        against: 'AE',
        paper: icrst,
      });
      expect(of('TRST p=1')).to.deep.include({ encoder: { name: 'trst', options: { p: 1 } }, paper: trst });
      expect(of('VAE')?.autoencoder.options).to.deep.equal(of('AE')?.autoencoder.options);
    }
  });

  it('has the checks that the paper leaves open: another class, classes that vary much, another domain', () => {
    const { arms, groupings, domains } = paperPlan('mnist', 'paper', 1, {});
    expect(arms.some(({ encoder }) => encoder.name === 'cross-class')).to.be.true;
    expect(arms.find(({ groups }) => groups !== undefined)?.groups).to.equal(groupings[0]?.name);
    expect(domains.map(({ name }) => name)).to.deep.equal(['inverted', 'rotated']);
  });

  it('counts seeds from the first one on', () => {
    expect(paperPlan('mnist', 'quick', 7, { seeds: 3 }).seeds).to.deep.equal([7, 8, 9]);
  });

  it('lets the rate fall over all steps of the paper budget, and where it is asked to', () => {
    const rate = (budget: PaperPreset, given: Readonly<Record<string, unknown>>): unknown => {
      const [arm] = paperPlan('mnist', budget, 1, given).arms;
      return (arm?.autoencoder.options as { readonly learningRate?: unknown }).learningRate;
    };
    // 20 epochs of 60,000 / 32 = 1,875 steps
    expect(rate('paper', {})).to.deep.equal({ schedule: 'cosine', over: 37_500 });
    expect(rate('paper', { decay: 'none' })).to.equal(undefined);
    expect(rate('quick', {})).to.equal(undefined);
    expect(rate('quick', { decay: 'cosine' })).to.deep.equal({ schedule: 'cosine', over: 6 * 125 });
  });

  it('refuses what is no choice, and arms that are not there', async () => {
    for (const [given, only, message] of [
      [{ laten: 3 }, [], '--set unknown key "laten"; known: train'],
      [{ latent: 0 }, [], '--set latent: expected at least 1, given 0'],
      [{ probes: [] }, [], '--set probes: expected at least 1 entry, given an empty list'],
      [{}, ['ICRST'], 'arm "ICRST" is not known; known: AE, VAE'],
    ] as const) {
      const error = await captureError(() => paperPlan('mnist', 'quick', 1, given, only));
      expect(error.message).to.include(message);
    }
  });
});
