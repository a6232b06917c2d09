import { expect } from 'chai';
import { comparisonWarnings } from '../../src/report/comparison-warnings.js';
import { resultWith } from './some-result.js';

const dreams = [{ task: 1, count: 100, classes: [0, 1], histogram: [50, 50], teacherAgreement: null }];

describe('warnings of a comparison', () => {
  it('names replay that does not beat fine-tuning', () => {
    const warnings = comparisonWarnings([resultWith('finetune', 0.2), resultWith('rehearsal', 0.2, { dreams })]);
    expect(warnings.map(({ code }) => code)).to.deep.equal(['replay-does-nothing']);
    expect(warnings[0]?.message).to.include('"rehearsal"').and.to.include('ACC 0.2000, finetune has 0.2000');
  });

  it('are silent where replay helps, however little', () => {
    expect(comparisonWarnings([resultWith('finetune', 0.2), resultWith('rehearsal', 0.2001, { dreams })])).to.be.empty;
  });

  it('are silent without fine-tuning to compare with', () => {
    expect(comparisonWarnings([resultWith('joint', 0.9), resultWith('rehearsal', 0.1, { dreams })])).to.be.empty;
  });

  it('do not blame a learner that replays nothing', () => {
    expect(comparisonWarnings([resultWith('finetune', 0.2), resultWith('nearest-mean', 0.1)])).to.be.empty;
  });

  it('do not blame replay in a single task, where there is nothing to replay', () => {
    const single = { dreams, tasks: [[0, 1]] };
    expect(comparisonWarnings([resultWith('finetune', 0.9), resultWith('rehearsal', 0.9, single)])).to.be.empty;
  });
});
