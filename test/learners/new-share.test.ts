import { expect } from 'chai';
import { newShare } from '../../src/learners/new-share.js';

const experience = (index: number, classes: number) => ({
  index,
  classes: Array.from({ length: classes }, (_, i) => i),
});

describe('the share of the new', () => {
  it('is that of the classes of the task among those seen: 2 of 52 after a task of 50', () => {
    expect(newShare(experience(2, 2), 52, 'classes')).to.equal(2 / 52);
    expect(newShare(experience(1, 50), 50, 'classes')).to.equal(1);
  });

  it('counts classes that come again: in the second round of five tasks of two, 2 of 10', () => {
    expect(newShare(experience(6, 2), 10, 'classes')).to.equal(1 / 5);
  });

  it('is 1/t where every task has all classes, as in a domain-incremental stream', () => {
    expect(newShare(experience(3, 10), 10, 'classes')).to.equal(1 / 3);
  });

  it('is 1/t by tasks, whatever their classes', () => {
    expect(newShare(experience(2, 2), 52, 'tasks')).to.equal(1 / 2);
  });

  // IEEE 754: a quotient of two integers is the double nearest to it, and c/(c·t) and 1/t are one number.
  it('is the same double by classes and by tasks where tasks have as many classes', () => {
    for (let classes = 1; classes <= 100; classes++) {
      for (let task = 1; task <= 200; task++) {
        const one = experience(task, classes);
        expect(newShare(one, classes * task, 'classes')).to.equal(newShare(one, classes * task, 'tasks'));
      }
    }
  });
});
