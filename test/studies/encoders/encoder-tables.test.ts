import { expect } from 'chai';
import type { EncoderStudy } from '../../../src/studies/encoders/encoder-result.js';
import { encoderTables } from '../../../src/studies/encoders/encoder-tables.js';

const study: EncoderStudy = {
  version: 2,
  name: 'some',
  dataset: 'mnist',
  measuredOn: 'test',
  seeds: [1, 2, 3],
  engine: 'ort',
  versions: {},
  configuration: {},
  arms: [
    { name: 'AE', autoencoder: 'vanilla', encoder: 'identity' },
    { name: 'ICRST', autoencoder: 'vanilla', encoder: 'icrst', against: 'AE', paper: 0.97 },
  ],
  trials: [],
  summary: {
    probes: [
      {
        arm: 'AE',
        target: 'classes',
        probe: 'linear',
        measure: 'accuracy',
        mean: 0.85,
        interval: [0.84, 0.86],
        count: 3,
      },
      {
        arm: 'ICRST',
        target: 'classes',
        probe: 'linear',
        measure: 'accuracy',
        mean: 0.9,
        interval: [0.88, 0.92],
        count: 3,
        difference: { against: 'AE', mean: 0.05, interval: [0.04, 0.06], p: 0.00002, adjusted: 0.00002 },
      },
      { arm: 'AE', target: 'classes', probe: 'linear', measure: 'auc', mean: 0.99, count: 3 },
      { arm: 'AE', target: 'inverted', probe: 'linear', measure: 'accuracy', mean: 0.8, count: 1 },
      {
        arm: 'ICRST',
        target: 'inverted',
        probe: 'linear',
        measure: 'accuracy',
        mean: 0.79999,
        count: 1,
        difference: { against: 'AE', mean: -0.00001 },
      },
    ],
    measures: [
      { arm: 'AE', measure: 'psnr', mean: 17.456, count: 3 },
      { arm: 'AE', measure: 'classInformation', mean: 1.2345, count: 3 },
    ],
  },
};

const page = { width: Infinity, colour: false };

describe('the tables of an encoder study', () => {
  it('have ours next to the paper, differences in points, and adjusted p-values', () => {
    const [classes, inverted, reconstructions, codes] = encoderTables(study, 'accuracy', page).split('\n\n');
    expect(classes?.split('\n')).to.deep.equal([
      'classes: accuracy           linear  paper  linear, points  p linear',
      'AE                 0.8500 ± 0.0100      –               –         –',
      'ICRST              0.9000 ± 0.0200   0.97    +5.00 ± 1.00   <0.0001',
    ]);
    // The paper's figures are of the classes; a difference that is rounded to nothing has no sign.
    expect(inverted?.split('\n')).to.deep.equal([
      'inverted: accuracy  linear  linear, points  p linear',
      'AE                  0.8000               –         –',
      'ICRST               0.8000            0.00         –',
    ]);
    expect(reconstructions?.split('\n')).to.deep.equal([
      'reconstructions  PSNR dB',
      'AE                 17.46',
      'ICRST                  –',
    ]);
    expect(codes?.split('\n')).to.deep.equal(['codes  I(z; y)', 'AE       1.234', 'ICRST        –']);
  });

  it('have the differences below where there are more than two probes', () => {
    const [mean] = study.summary.probes;
    const others = ['svm', 'mlp'].flatMap((probe) => (mean === undefined ? [] : [{ ...mean, probe }]));
    const summary = { ...study.summary, probes: [...study.summary.probes, ...others] };
    const [means, differences] = encoderTables({ ...study, summary }, 'accuracy', page).split('\n\n');
    expect(means).to.match(/^classes: accuracy +linear +svm +mlp +paper\n/);
    expect(differences).to.match(
      /^classes: accuracy, difference +linear, points +p linear +svm, points +p svm +mlp, points +p mlp\nICRST +\+5\.00/,
    );
  });

  it('say why a measure is absent, each reason once', () => {
    const why = 'images of 8 × 8 are smaller than its window of 11 × 11';
    const trials = [1, 2].map((seed) => ({
      ...{ arm: 'AE', seed, losses: [1], bestEpoch: 1, steps: 1, probes: [], measures: {} },
      ...{ absent: { ssim: why }, seconds: 1 },
    }));
    expect(encoderTables({ ...study, trials }, 'accuracy', page).split('\n\n')).to.include(`no SSIM: ${why}`);
  });

  it('show another measure when asked', () => {
    expect(encoderTables(study, 'auc', page)).to.match(/^classes: area under the ROC curve +linear .*\nAE +0\.9900 /);
  });

  it('say of how many seeds they are, and that they are for choosing where they are', () => {
    const text = encoderTables({ ...study, measuredOn: 'validation' }, 'accuracy', page);
    expect(text).to.include('classes: accuracy (validation)').and.to.include('over 3 seeds;');
  });
});
