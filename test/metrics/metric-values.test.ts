import { expect } from 'chai';
import {
  metricValues,
  divergenceFromUniform,
  missingClasses,
  teacherAgreement,
} from '../../src/metrics/metric-values.js';
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
      accuracyOverTasks: '0.500000',
      accuracyOverSamples: '0.550000',
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
      'accuracyOverTasks',
      'accuracyOverSamples',
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

const look = (teacherAgreementThen: number | null) => ({
  task: 2,
  count: 4,
  classes: [0, 1],
  histogram: [2, 2],
  teacherAgreement: teacherAgreementThen,
});

describe('divergence of the dreams from uniform', () => {
  it('is zero for dreams of all classes alike', () => {
    expect(divergenceFromUniform({ classes: [0, 1, 2], histogram: [5, 5, 5] })).to.be.closeTo(0, 1e-12);
  });

  it('is ln C where every dream is of one class', () => {
    expect(divergenceFromUniform({ classes: [0, 1, 2, 3], histogram: [0, 8, 0, 0] })).to.be.closeTo(Math.log(4), 1e-12);
  });

  it('follows the formula between', () => {
    // p = (3/4, 1/4), C = 2: 0.75 · ln 1.5 + 0.25 · ln 0.5 = 0.304099 − 0.173287 = 0.130812
    expect(divergenceFromUniform({ classes: [0, 1], histogram: [3, 1] })).to.be.closeTo(0.130812, 1e-6);
  });

  it('does not exist without dreams', () => {
    expect(divergenceFromUniform({ classes: [0, 1], histogram: [0, 0] })).to.equal(undefined);
  });
});

describe('missing classes', () => {
  it('are the seen ones nobody dreamt of', () => {
    expect(missingClasses({ classes: [4, 9, 1], histogram: [0, 3, 0] })).to.deep.equal([4, 1]);
    expect(missingClasses({ classes: [4], histogram: [1] })).to.deep.equal([]);
  });
});

describe('teacher agreement', () => {
  it('is the mean over the looks that show it', () => {
    // (0.5 + 1) / 2
    expect(teacherAgreement([look(0.5), look(null), look(1)])).to.equal(0.75);
  });

  it('does not exist where the learner was its own teacher', () => {
    expect(teacherAgreement([look(null)])).to.equal(undefined);
  });
});
