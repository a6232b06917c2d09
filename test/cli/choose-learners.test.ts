import { expect } from 'chai';
import { chooseLearners } from '../../src/cli/choose-learners.js';
import { fakeCatalogue } from '../scenarios/fake-catalogue.js';

const scenario = {
  learners: [
    { name: 'finetune', options: {} },
    { name: 'rehearsal', options: { hidden: [7], rate: 0.5, loss: 'hard' } },
  ],
};
const choose = (...names: string[]) => chooseLearners(scenario, names, fakeCatalogue);

describe('--learner', () => {
  it('leaves the learners of the scenario alone where it is not given', () => {
    expect(choose()).to.equal(scenario.learners);
  });

  it('keeps the options that the scenario gives to a learner it names', () => {
    expect(choose('rehearsal')).to.deep.equal([scenario.learners[1]]);
  });

  it('fills in the defaults of a learner that the scenario does not list', () => {
    expect(choose('joint', 'finetune')).to.deep.equal([{ name: 'joint', options: {} }, scenario.learners[0]]);
    const defaults = { hidden: [400, 400], rate: 0.001, loss: 'soft' };
    expect(chooseLearners({ learners: [] }, ['rehearsal'], fakeCatalogue)[0]?.options).to.deep.equal(defaults);
  });

  it('runs a learner once, however often it is named', () => {
    expect(choose('finetune', 'finetune')).to.have.length(1);
  });

  it('says which name was probably meant', () => {
    expect(() => choose('rehersal')).to.throw(/--learner.*"rehersal" is not known.*did you mean "rehearsal"/);
    expect(() => choose('toString')).to.throw(/"toString" is not known/);
  });

  it('refuses a learner whose options only a scenario can give', () => {
    expect(() => choose('demanding')).to.throw(/--learner demanding: it has options without a default/);
  });
});
