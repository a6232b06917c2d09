import { expect } from 'chai';
import { divergenceFromUniform, missingClasses, teacherAgreement } from '../../src/metrics/dream-health.js';

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
  it('is the mean over the looks that tell it', () => {
    // (0.5 + 1) / 2
    expect(teacherAgreement([look(0.5), look(null), look(1)])).to.equal(0.75);
  });

  it('does not exist where the learner was its own teacher', () => {
    expect(teacherAgreement([look(null)])).to.equal(undefined);
  });
});
