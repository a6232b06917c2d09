import { expect } from 'chai';
import type { ReverieError } from '../../src/core/errors.js';
import { parseRepresent, type RepresentScenario } from '../../src/scenarios/load-represent.js';
import { captureError } from '../support/capture-error.js';
import { fakeCatalogue } from './fake-catalogue.js';

const smallest = `name: mine
dataset: mnist
autoencoders: [vanilla]
encoders: [identity, {name: icrst, p: 0.25}]
probes: [linear]
training: {epochs: 2}
`;

const load = (text: string, overrides: readonly string[] = []): RepresentScenario =>
  parseRepresent(text, 'mine.yaml', fakeCatalogue, overrides);

const mistake = (text: string, overrides: readonly string[] = []): Promise<ReverieError> =>
  captureError(() => load(text, overrides));

describe('a file for reverie represent', () => {
  it('has every default filled in', () => {
    expect(load(smallest)).to.deep.equal({
      name: 'mine',
      description: '',
      dataset: { name: 'mnist', options: {} },
      samples: { train: 10_000, test: 2_000, probe: 10_000 },
      groups: {},
      autoencoders: [{ name: 'vanilla', options: { latent: 32 }, label: 'vanilla' }],
      encoders: [
        { name: 'identity', options: {}, label: 'identity' },
        { name: 'icrst', options: { p: 0.25 }, label: 'icrst p=0.25' },
      ],
      probes: [{ name: 'linear', options: {}, label: 'linear', targets: 'all' }],
      domains: [],
      training: { epochs: 2, batchSize: 32 },
      seeds: [1, 2, 3, 4, 5],
    });
  });

  it('makes an encoder of each p of a list, and takes a schedule for a p', () => {
    const { encoders } = load(smallest, [
      'encoders=[{name: icrst, p: [0, 0.5, {from: 0, to: 0.5, over: 100}], groups: odd}]',
      'groups.odd=[[0, 2], [1, 3]]',
    ]);
    expect(encoders.map(({ label }) => label)).to.deep.equal([
      'icrst p=0 by odd',
      'icrst p=0.5 by odd',
      'icrst p=0…0.5 by odd',
    ]);
    expect(encoders.map(({ groups }) => groups)).to.deep.equal(['odd', 'odd', 'odd']);
  });

  it('distinguishes parts of one name by label', () => {
    const { autoencoders } = load(smallest, [
      'autoencoders=[vanilla, {name: vanilla, label: narrow, options: {latent: 2}}]',
    ]);
    expect(autoencoders.map(({ label }) => label)).to.deep.equal(['vanilla', 'narrow']);
  });

  it('reads what a probe predicts, which version 0.1 called asked', () => {
    const { probes } = load(smallest, [
      'probes=[{name: linear, targets: classes}, {name: linear, label: old, asked: classes}]',
    ]);
    expect(probes.map(({ targets }) => targets)).to.deep.equal(['classes', 'classes']);
  });

  it('knows domains, by name alone or with what they take', () => {
    expect(load(smallest, ['domains=[inverted, rotated, {name: rotated, degrees: 90}]']).domains).to.deep.equal([
      { name: 'inverted' },
      { name: 'rotated', degrees: 45 },
      { name: 'rotated', degrees: 90 },
    ]);
  });

  for (const [what, from, to, expected] of [
    ['a p above 1', 'p: 0.25', 'p: 1.5', 'mine.yaml:4:39 encoders.1.p: '],
    ['a p above 1 in a list', 'p: 0.25', 'p: [0.5, 2]', 'mine.yaml:4:45 encoders.1.p.1: '],
    ['a p listed twice', 'p: 0.25', 'p: [0.5, 0.5]', 'mine.yaml:4:45 encoders.1.p.1: p=0.5 is listed before'],
    ['an empty list of p', 'p: 0.25', 'p: []', 'mine.yaml:4:39 encoders.1.p: expected at least 1 entry'],
    ['p for who takes none', '[identity,', '[{name: identity, p: 0.5},', 'encoder "identity" takes no p'],
    ['p twice', 'p: 0.25', 'p: 0.25, options: {p: 0.5}', 'p is given in the options as well'],
    ['a p twice in two encoders', '[identity,', '[{name: icrst, p: [0.1, 0.25]},', 'encoders.1: is listed before'],
    ['an unknown autoencoder', '[vanilla]', '[vanila]', 'autoencoder "vanila" is not known'],
    ['an unknown encoder', 'name: icrst', 'name: icsrt', 'did you mean "icrst"?'],
    ['an unknown probe', '[linear]', '[linaer]', 'probe "linaer" is not known'],
    ['a latent width of 0', '[vanilla]', '[{name: vanilla, options: {latent: 0}}]', 'expected at least 1, given 0'],
    ['an autoencoder twice', '[vanilla]', '[vanilla, vanilla]', 'autoencoders.1: is listed before'],
    ['groups that are nowhere', 'p: 0.25', 'p: 0.25, groups: odd', 'groups "odd" are not known'],
    ['a class in two groups', 'training', 'groups: {odd: [[1], [1, 2]]}\ntraining', 'class 1 is listed before'],
    ['a seed twice', 'training', 'seeds: [1, 1]\ntraining', 'seed 1 is listed twice'],
    ['an unknown key', 'training', 'sedes: [1]\ntraining', 'did you mean "seeds"?'],
    ['an unknown domain', 'training', 'domains: [invertde]\ntraining', 'did you mean "inverted"?'],
    ['no training', 'training: {epochs: 2}\n', '', 'training: is missing'],
  ] as const) {
    it(`is refused for ${what}, with its place`, async () => {
      const error = await mistake(smallest.replace(from, to));
      expect(error.code).to.be.oneOf(['bad-scenario', 'unknown-name']);
      expect(error.message).to.match(/^mine\.yaml:\d+:\d+ /);
      expect(error.message).to.include(expected);
    });
  }

  it('is given all that is wrong at once', async () => {
    const { message } = await mistake(smallest.replace('[linear]', '[linaer]').replace('p: 0.25', 'p: 3'));
    expect(message.split('\n')).to.have.length(2);
  });

  it('says which --set a mistake is from', async () => {
    expect((await mistake(smallest, ['encoders.1.p=2'])).message).to.match(/^--set encoders\.1\.p=2 encoders\.1\.p: /);
  });
});
