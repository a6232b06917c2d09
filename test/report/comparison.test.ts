import { expect } from 'chai';
import { comparison, comparisonWarnings } from '../../src/report/comparison.js';
import { resultWith, someResult, unequalResult } from './some-result.js';

describe('the comparison of learners', () => {
  it('shows accuracy, forgetting, memory, statistics, stored samples and time, with their units', () => {
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

  // Fifty classes, then two: the mean over tasks, (0.4 + 0.95) / 2, hides that most samples are wrong.
  const unequal = [
    unequalResult('rehearsal', { tasks: 0.675, samples: 0.4212 }, { testSizes: [1500, 60] }),
    unequalResult('joint', { tasks: 0.65, samples: 0.7763 }, { testSizes: [1500, 60] }),
  ];

  it('gives both accuracies where test sets differ in size, that over samples first', () => {
    expect(comparison(unequal, { width: 80, colour: false }).split('\n')).to.deep.equal([
      'learner    over samples  over tasks  forgetting   memory  statistics  stored sa…',
      'rehearsal        0.4212      0.6750           –  2.5 MiB     219 KiB           …',
      'joint            0.7763      0.6500           –  2.5 MiB     219 KiB           …',
      'over samples: each test sample counts the same; over tasks (ACC): each task',
    ]);
  });

  it('puts the mean over tasks first where that is asked for', () => {
    expect(comparison(unequal, { width: 80, colour: false }, 'tasks')).to.match(/^learner +over tasks +over samples /);
  });

  it('keeps what matters most on a page of 40 columns', () => {
    const text = comparison([someResult()], { width: 40, colour: false });
    expect(text).to.equal(
      ['learner       ACC  forgetting   memory …', 'rehearsal  0.8750      0.1500  2.5 MiB …'].join('\n'),
    );
  });
});

const dreams = [{ task: 1, count: 100, classes: [0, 1], histogram: [50, 50], teacherAgreement: null }];

describe('warnings of a comparison', () => {
  it('names replay that does not beat fine-tuning', () => {
    const warnings = comparisonWarnings([resultWith('finetune', 0.2), resultWith('rehearsal', 0.2, { dreams })]);
    expect(warnings.map(({ code }) => code)).to.deep.equal(['replay-does-nothing']);
    expect(warnings[0]?.message).to.include('"rehearsal"').and.to.include('ACC 0.2000, finetune has 0.2000');
  });

  it('compare by the share of all samples where test sets differ in size, unless by tasks is asked for', () => {
    const sizes = { testSizes: [1500, 60] };
    const results = [
      unequalResult('finetune', { tasks: 0.3, samples: 0.5 }, sizes),
      unequalResult('rehearsal', { tasks: 0.6, samples: 0.4 }, { ...sizes, dreams }),
    ];
    const [warning] = comparisonWarnings(results);
    expect(warning?.message).to.include('accuracy over samples 0.4000, finetune has 0.5000');
    expect(comparisonWarnings(results, 'tasks')).to.be.empty;
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
