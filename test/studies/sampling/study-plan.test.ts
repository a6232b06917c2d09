import { expect } from 'chai';
import { studyPlan, type StudyOptions } from '../../../src/studies/sampling/study-plan.js';
import { tableOne } from '../../../src/studies/sampling/table-one.js';
import { captureError } from '../../support/capture-error.js';

describe('the plan of a study', () => {
  it("has the paper's epochs under the paper's budget", () => {
    const plan = studyPlan(tableOne.mnist, 'paper', {});
    expect(plan.teacher).to.deep.equal({ epochs: 20, batch: 512 });
    // Table I, column "epochs", MNIST rows.
    expect(plan.memories.map(({ name, epochs }) => [name, epochs])).to.deep.equal([
      ['deep-ae', 200],
      ['shallow-ae', 50],
      ['deep-dae', 200],
      ['shallow-dae', 100],
    ]);
    expect(studyPlan(tableOne['cifar-10'], 'paper', {}).memories.map(({ epochs }) => epochs)).to.deep.equal([
      200, 100, 200, 100,
    ]);
  });

  it('has epochs of 40,000 samples for the classifiers under training, fifty of them', () => {
    const { student } = studyPlan(tableOne.mnist, 'paper', {});
    expect(student.steps * student.batch).to.equal(40_000);
    expect(student.epochs).to.equal(50);
  });

  it("has the paper's autoencoders: mirrored, with one activation for all hidden units", () => {
    const [deep, shallow, deepDae] = studyPlan(tableOne.mnist, 'paper', {}).memories;
    expect(deep).to.deep.include({ hidden: [600, 400], latent: 100, activation: 'relu' });
    expect(deep?.noise).to.deep.equal({ gaussian: 0, saltAndPepper: 0 });
    expect(shallow).to.deep.include({ hidden: [], latent: 32, activation: 'tanh' });
    expect(deepDae?.noise).to.deep.equal({ gaussian: 0.5, saltAndPepper: 0.5 });
    const [cifar] = studyPlan(tableOne['cifar-100'], 'paper', {}).memories;
    expect(cifar).to.deep.include({ hidden: [1000, 800], latent: 400 });
  });

  it('changes what it is asked to, and nothing else', () => {
    const plan = studyPlan(tableOne.mnist, 'quick', {
      lambda: 0.5,
      jumps: 3,
      collect: 'noisy',
      memoryBatch: 64,
      memoryEpochs: 2,
      saltAndPepper: 0.1,
    });
    expect(plan.memories.map(({ noise }) => noise.saltAndPepper)).to.deep.equal([0, 0, 0.1, 0.1]);
    for (const { walks, batch, epochs } of plan.memories) {
      expect({ walks, batch, epochs }).to.deep.equal({
        walks: [{ lambda: 0.5, jumps: 3, collect: 'noisy' }],
        batch: 64,
        epochs: 2,
      });
    }
    const { teacher, student, hidden } = studyPlan(tableOne.mnist, 'quick', {});
    expect(plan).to.deep.include({ teacher, student, hidden });
  });

  it('lets shallow autoencoders begin at the mean of the samples, or all where it is asked to', () => {
    const begins = (options: StudyOptions): readonly (readonly [string, string])[] =>
      studyPlan(tableOne.mnist, 'paper', options).memories.map(({ name, outputBias }) => [name, outputBias] as const);
    expect(begins({})).to.deep.equal([
      ['deep-ae', 'zero'],
      ['shallow-ae', 'mean'],
      ['deep-dae', 'zero'],
      ['shallow-dae', 'mean'],
    ]);
    for (const [, begin] of begins({ outputBias: 'mean' })) expect(begin).to.equal('mean');
  });

  it("walks nine jumps, of which eight give samples: the reinjections of the paper's learning step (section IV-G)", () => {
    for (const { walks } of studyPlan(tableOne.mnist, 'paper', {}).memories) {
      expect(walks.map(({ jumps }) => jumps)).to.deep.equal([9]);
    }
  });

  it('takes every λ of a list with every R', () => {
    const [memory] = studyPlan(tableOne.mnist, 'quick', {
      lambda: [0, 1],
      jumps: [2, 9],
      collect: 'reconstruction',
    }).memories;
    expect(memory?.walks).to.deep.equal([
      { lambda: 0, jumps: 2, collect: 'reconstruction' },
      { lambda: 0, jumps: 9, collect: 'reconstruction' },
      { lambda: 1, jumps: 2, collect: 'reconstruction' },
      { lambda: 1, jumps: 9, collect: 'reconstruction' },
    ]);
  });

  for (const [options, expected] of [
    [{ lambda: -1 }, /^--set lambda: expected at least 0, given -1$/],
    [{ lambda: [1, -1] }, /^--set lambda\.1: expected at least 0, given -1$/],
    [{ jumps: 1 }, /^--set jumps: expected at least 2, given 1$/],
    [{ memoryBatch: 1.5 }, /^--set memoryBatch: expected a whole number, given 1\.5$/],
    [{ collect: 'noise' }, /^--set collect: expected one of "noisy", "reconstruction", given the text "noise"/],
    [{ lamda: 1 }, /^--set unknown key "lamda"; known: .*lambda.*; did you mean "lambda"\?$/],
    [{ jumps: 1, lambda: -1 }, /^--set jumps: .*\n--set lambda: .*$/],
  ] as const) {
    it(`refuses ${JSON.stringify(options)}`, async () => {
      const error = await captureError(() => studyPlan(tableOne.mnist, 'quick', options as StudyOptions));
      expect(error.code).to.equal('bad-usage');
      expect(error.message).to.match(expected);
    });
  }
});
