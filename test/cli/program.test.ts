import { expect } from 'chai';
import { writtenOut } from '../scenarios/written-out.js';
import { called } from './captured.js';

describe('the command line', () => {
  it('shows its commands and exit codes with --help, on stdout', async () => {
    const { code, out, err } = await called(['--help']);
    expect({ code, err }).to.deep.equal({ code: 0, err: '' });
    for (const part of ['run', 'export', 'list', 'validate', 'schema', 'Exit codes:', '130'])
      expect(out).to.include(part);
  });

  it('shows the options of a command with its --help', async () => {
    const { code, out } = await called(['run', '--help']);
    expect(code).to.equal(0);
    for (const option of ['--learner', '--seed', '--out', '--engine', '--data-dir', '--set', '--plugin', '--resume']) {
      expect(out).to.include(option);
    }
  });

  it('shows its version', async () => {
    expect((await called(['--version'])).out).to.match(/^\d+\.\d+\.\d+/);
  });

  it('shows its help on stderr, as bad usage, without a command', async () => {
    const { code, out, err } = await called([]);
    expect({ code, out }).to.deep.equal({ code: 2, out: '' });
    expect(err).to.include('Usage: reverie');
  });

  const misuses: readonly (readonly [parameters: readonly string[], message: RegExp])[] = [
    [['rnu', 'smoke'], /unknown command 'rnu'[^]*Did you mean run\?/],
    [['run', 'smoke', '--learnr', 'x'], /unknown option '--learnr'[^]*Did you mean --learner\?/],
    [['run'], /missing required argument 'scenario'/],
    [['run', 'smoke', '--seed', '1.5'], /--seed.*1\.5.*whole number/],
    [['run', 'smoke', '--seed', '-1'], /--seed/],
    [['run', 'smoke', '--seed', '9007199254740993'], /whole number from 0 to 9007199254740991/],
    [['run', 'smoke', '--engine', 'gpu'], /Allowed choices are auto, ort, native, wasm, cpu/],
    [['run', 'smok'], /"smok" is neither a file.*did you mean "smoke"/],
    [['run', 'smoke', '--learner', 'rehersal'], /--learner.*did you mean "rehearsal"/],
    [['run', 'smoke', '--set', 'tasks'], /--set tasks: expected path=value/],
    [['run', 'smoke', '--set', 'tasks=11'], /--set tasks=11.*11 tasks/],
    [['run', 'smoke', '--plugin', 'no-such-file.js'], /--plugin no-such-file\.js/],
    [['validate', 'smoke', '--set', 'taks=5'], /taks.*did you mean "tasks"/],
    [['validate', 'smoke', '--set', 'tasks=11'], /11 tasks/],
  ];
  for (const [parameters, message] of misuses) {
    it(`refuses "${parameters.join(' ')}" with exit code 2, on stderr`, async () => {
      const { code, out, err } = await called(parameters);
      expect({ code, out }).to.deep.equal({ code: 2, out: '' });
      expect(err).to.match(message);
    });
  }
});

describe('reverie validate', () => {
  it('says what a valid scenario is', async () => {
    const { code, out } = await called(['validate', 'smoke', '--set', 'tasks=2']);
    expect(code).to.equal(0);
    expect(out).to.match(/smoke\.yaml is a valid scenario: smoke, 2 tasks, learners finetune, rehearsal\n$/);
  });

  it('says what a valid encoder study is', async () => {
    const { code, out } = await called(['validate', '--represent', 'represent-smoke']);
    expect(code).to.equal(0);
    expect(out).to.match(/represent-smoke\.yaml is a valid encoder study: represent-smoke, \d arms, probes \w+/);
  });

  it('makes the parts of an encoder study, so that none fails later', async () => {
    const mistake = 'autoencoders=[convolutional]';
    const { code, err } = await called(['validate', '--represent', 'represent-smoke', '--set', mistake]);
    expect(code).to.equal(2);
    expect(err).to.match(/^reverie: a convolutional autoencoder needs images/);
  });
});

describe('reverie schema', () => {
  it('prints one document of JSON that knows the learners', async () => {
    const { code, out } = await called(['schema']);
    expect(code).to.equal(0);
    const schema = writtenOut(JSON.parse(out)) as { readonly properties: { readonly learners: object } };
    expect(JSON.stringify(schema.properties.learners)).to.include('"rehearsal"');
  });
});

describe('reverie list', () => {
  it('names all that a scenario can name, with a sentence each', async () => {
    const { code, out } = await called(['list']);
    expect(code).to.equal(0);
    const kinds = [
      'data sets',
      'streams',
      'learners',
      'memories',
      'encoders',
      'samplers',
      'autoencoders',
      'observers',
      'probes',
    ];
    const titles = ['scenarios', 'encoder studies', ...kinds, 'recipes', 'engines'];
    expect(out.split('\n').filter((line) => /^\w/.test(line))).to.deep.equal(titles);
    for (const name of [
      'split-mnist',
      'rehearsal',
      'autoencoder',
      'icrst',
      'latent',
      'represent-mnist',
      'knn',
      'synthetic',
      'wasm',
    ]) {
      expect(out).to.match(new RegExp(`^  ${name} {2,}\\S+ .*\\w`, 'm'));
    }
  });
});
