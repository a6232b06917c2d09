import { expect } from 'chai';
import { comparison } from '../../src/report/comparison.js';
import { resultWith, someResult } from './some-result.js';

describe('the comparison of learners', () => {
  it('tells accuracy, forgetting, memory, statistics, stored samples and time, with their units', () => {
    const joint = resultWith('joint', 0.98213, { footprint: { memoryBytes: 188_160_000, storedSamples: 60_000 } });
    const text = comparison([someResult(), joint], { width: 80, colour: false });
    expect(text).to.equal(
      [
        'learner       ACC  forgetting   memory  statistics  stored samples    time',
        'rehearsal  0.8750      0.1500  2.5 MiB     219 KiB               0  12.3 s',
        'joint      0.9821           –  179 MiB         0 B          60,000  12.3 s',
      ].join('\n'),
    );
  });

  it('keeps what matters most on a page of 40 columns', () => {
    const text = comparison([someResult()], { width: 40, colour: false });
    expect(text).to.equal(
      ['learner       ACC  forgetting   memory …', 'rehearsal  0.8750      0.1500  2.5 MiB …'].join('\n'),
    );
  });
});
