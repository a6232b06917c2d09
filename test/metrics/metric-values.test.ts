import { expect } from 'chai';
import { metricValues } from '../../src/metrics/metric-values.js';
import { oneTask, threeTasks } from './matrices.js';

const dreams = [
  { task: 2, count: 4, classes: [0, 1], histogram: [2, 2], teacherAgreement: 0.5 },
  { task: 3, count: 4, classes: [0, 1, 2, 3], histogram: [4, 0, 0, 0], teacherAgreement: 1 },
];

describe('metrics of a result', () => {
  it('are those of the formulas, each with its definition', () => {
    const anytime = [1, 1, 0.5, 0.5].map((accuracy, i) => ({ task: 1, iteration: i, accuracy }));
    const metrics = metricValues({ accuracyMatrix: threeTasks, testSizes: [100, 100, 200], anytime, dreams });
    const values = Object.fromEntries(Object.entries(metrics).map(([name, { value }]) => [name, value.toFixed(6)]));
    expect(values).to.deep.equal({
      accuracy: '0.500000',
      microAccuracy: '0.550000',
      backwardTransfer: '-0.450000',
      forgetting: '0.450000',
      learningAccuracy: '0.800000',
      averageIncrementalAccuracy: '0.716667', // 2.15 / 3
      anytimeAccuracy: '0.750000', // (1 + 1 + 0.5 + 0.5) / 4
      dreamDivergence: '1.386294', // ln 4, of the last look
      dreamClassesMissing: '3.000000',
      teacherAgreement: '0.750000',
    });
    for (const { definition } of Object.values(metrics)) expect(definition).to.match(/^\S.{20,}\.$/);
  });

  it('leave out what does not exist, so that no value is NaN', () => {
    const anytime = [{ task: 1, iteration: 5, accuracy: 0.9 }];
    const metrics = metricValues({ accuracyMatrix: oneTask, testSizes: [10], anytime, dreams: [] });
    expect(Object.keys(metrics)).to.deep.equal([
      'accuracy',
      'microAccuracy',
      'learningAccuracy',
      'averageIncrementalAccuracy',
    ]);
  });

  it('pass over a look at no dreams at all', () => {
    const nothing = { task: 1, count: 0, classes: [], histogram: [], teacherAgreement: null };
    const metrics = metricValues({ accuracyMatrix: oneTask, testSizes: [10], anytime: [], dreams: [nothing] });
    expect(metrics).not.to.have.any.keys('dreamDivergence', 'dreamClassesMissing', 'teacherAgreement');
  });
});
