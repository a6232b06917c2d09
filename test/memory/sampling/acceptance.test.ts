import { expect } from 'chai';
import { randomStream } from '../../../src/core/random.js';
import { confidences, type BorrowedTeacher } from '../../../src/core/teacher.js';
import { acceptAll, classQuota, classBalanced, type Proposals } from '../../../src/memory/sampling/acceptance.js';

/** Rows of one value; a row's value is its class, and its fraction, under ½, how little the teacher is sure of it. */
const teacher: BorrowedTeacher = {
  classes: [0, 1, 2],
  label: (rows, count) =>
    Promise.resolve(
      Float32Array.from({ length: 3 * count }, (_, i) => {
        const value = rows[Math.floor(i / 3)] ?? 0;
        const sure = 1 - (value % 1);
        // softmax of these logits: `sure` for the class, the rest shared by the two others
        return Math.log(i % 3 === Math.floor(value) ? sure : (1 - sure) / 2 + 1e-9);
      }),
    ),
};

/** Proposes these values over and over. */
function proposing(values: readonly number[]): Proposals {
  let at = 0;
  return {
    propose: (atLeast) =>
      Promise.resolve(Float32Array.from({ length: atLeast }, () => values[at++ % values.length] ?? 0)),
    width: 1,
    teacher,
    random: randomStream(1),
  };
}

const count = (rows: Float32Array, label: number): number => rows.filter((x) => Math.floor(x) === label).length;

describe('acceptance of proposed rows', () => {
  it('as they come takes the first ones', async () => {
    const { features, acceptance } = await acceptAll(proposing([0, 1, 2, 2]), 5);
    expect([[...features], acceptance]).to.deep.equal([[0, 1, 2, 2, 0], undefined]);
  });

  it('classBalanced gives classes that occur alike, however rare they are', async () => {
    const { features } = await classBalanced(4)(proposing([0, 0, 0, 0, 0, 0, 0, 0, 0, 1]), 3000);
    // Binomial(3000, ½): standard deviation 27; four of them. One in ten was proposed.
    expect(count(features, 1)).to.be.closeTo(1500, 110);
  });

  const quota = { candidates: 2, confidence: 0, attempts: 10 };

  it('by quota takes the same number of each class, or one more, from proposals in any proportion', async () => {
    const { features, acceptance } = await classQuota(quota)(proposing([0, 0, 0, 0, 0, 0, 0, 1, 1, 2]), 20);
    expect([0, 1, 2].map((label) => count(features, label)).sort()).to.deep.equal([6, 7, 7]);
    expect(acceptance?.accepted).to.equal(20);
    // 7 of class 2 need 70 proposals, or 60 where it is the one with 6.
    expect(acceptance?.proposed).to.be.at.least(60);
  });

  it('by quota passes over rows of which the teacher is not sure', async () => {
    const { features } = await classQuota({ ...quota, confidence: 0.8 })(proposing([0.4, 0.1, 1.3, 1.1, 2.25, 2]), 6);
    expect([...features].map((x) => x % 1).every((doubt) => doubt < 0.2)).to.equal(true);
    expect([0, 1, 2].map((label) => count(features, label))).to.deep.equal([2, 2, 2]);
  });

  it('by quota shows how many it accepted of how many, and makes up for a class that never comes', async () => {
    const { features, acceptance } = await classQuota({ ...quota, attempts: 3 })(proposing([0, 1]), 9);
    expect(features).to.have.length(9);
    // Three of class 2 are missing to the end; 18 proposals for nine rows, then twice 6 for three.
    expect(acceptance).to.deep.equal({ proposed: 30, accepted: 6 });
    expect(count(features, 2)).to.equal(0);
  });

  it('by quota passes over rows that a teacher of sigmoids takes for no class at all', async () => {
    // Of the softmax of (−8, −12) the first would be 0.98; its sigmoid is 0.0003.
    const logits = { 0: [-8, -12], 1: [4, -12], 2: [-12, 4] } as const satisfies Record<number, readonly number[]>;
    const sigmoids: BorrowedTeacher = {
      classes: [0, 1],
      probabilities: 'sigmoid',
      label: (rows, count) =>
        Promise.resolve(Float32Array.from([...rows.subarray(0, count)].flatMap((row) => logits[row as 0 | 1 | 2]))),
    };
    const proposals = { ...proposing([0, 1, 0, 2]), teacher: sigmoids };
    const { features } = await classQuota({ ...quota, confidence: 0.9 })(proposals, 8);
    expect([...features].sort()).to.deep.equal([1, 1, 1, 1, 2, 2, 2, 2]);
  });

  it('knows how sure a teacher is of its first choice, by softmax or sigmoid', () => {
    // softmax(0, 0) = ½ each; softmax(ln 3, 0) = ¾ and ¼; large logits do not overflow
    const sure = confidences(Float32Array.of(0, 0, Math.log(3), 0, -1000, 1000), { classes: [0, 1] }, 3);
    [0.5, 0.75, 1].forEach((wanted, row) => expect(sure[row]).to.be.closeTo(wanted, 1e-6));
    const own = confidences(
      Float32Array.of(-8, -12, Math.log(3), 9e9),
      { classes: [0, 1], probabilities: 'sigmoid' },
      2,
    );
    // σ(−8) = 1 / (1 + e⁸)
    [1 / (1 + Math.exp(8)), 1].forEach((wanted, row) => expect(own[row]).to.be.closeTo(wanted, 1e-6));
  });
});
