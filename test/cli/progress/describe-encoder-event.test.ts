import { expect } from 'chai';
import { describeEncoderEvent } from '../../../src/cli/progress/describe-encoder-event.js';
import type { EncoderCell } from '../../../src/studies/encoders/encoder-result.js';

const cell: EncoderCell = {
  name: 'vanilla-icrst-1',
  arm: 'vanilla, icrst',
  seed: 1,
  losses: [90],
  bestEpoch: 1,
  steps: 10,
  probes: [
    { target: 'classes', probe: 'linear', accuracy: 0.91, macroF1: 0.9 },
    { target: 'inverted', probe: 'linear', accuracy: 0.5, macroF1: 0.5 },
  ],
  measures: {},
  absent: {},
  seconds: 61,
};

describe('the words for an encoder study', () => {
  it('tell of each cell what its probes reach on the classes, and how long it took', () => {
    expect(describeEncoderEvent({ type: 'cell-completed', cell })).to.deep.equal({
      lines: ['vanilla, icrst, seed 1: linear 0.9100, 1 min 01 s'],
    });
    expect(describeEncoderEvent({ type: 'study-started', cells: [], kept: [cell] })).to.deep.equal({
      lines: ['vanilla, icrst, seed 1: linear 0.9100, made before'],
    });
  });

  it('tell what is trained and which probe is fitted', () => {
    const at = { arm: 'AE', seed: 2, done: 0.25 };
    expect(
      describeEncoderEvent({ type: 'autoencoder-trained', ...at, epoch: 1, epochs: 4, loss: 91.234 }),
    ).to.deep.equal({
      doing: 'AE, seed 2: epoch 1/4, loss 91.2',
      done: 0.25,
    });
    expect(describeEncoderEvent({ type: 'probe-fitted', ...at, probe: 'svm', task: 'classes' })).to.deep.equal({
      doing: 'AE, seed 2: probe svm, classes',
      done: 0.25,
    });
  });
});
