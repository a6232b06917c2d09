import { expect } from 'chai';
import { chooseLearners } from '../../src/cli/choose-learners.js';
import { parseScenario } from '../../src/scenarios/load-scenario.js';
import { learnerLabel } from '../../src/scenarios/learner-labels.js';
import { scenarioDigest } from '../../src/scenarios/run-configuration.js';
import { captureError } from '../support/capture-error.js';
import { fakeCatalogue } from './fake-catalogue.js';

const withLearners = (learners: string) =>
  parseScenario(
    `name: tiny\ndataset: synthetic\ntasks: 5\ntraining: { iterations: 10 }\nlearners: ${learners}\n`,
    'x.yaml',
    fakeCatalogue,
  );
const labels = (learners: string) => withLearners(learners).learners.map(learnerLabel);

describe('what learners of a scenario are called', () => {
  it('is their name where there is one of it', () => {
    expect(labels('[finetune, joint, rehearsal]')).to.deep.equal(['finetune', 'joint', 'rehearsal']);
    expect(withLearners('[finetune]').learners).to.deep.equal([{ name: 'finetune', options: {} }]);
  });

  it('is the options in which those of one name differ', () => {
    const two = '[joint, rehearsal, { name: rehearsal, options: { rate: 0.5, hidden: [7] } }]';
    // Defaults of the fake rehearsal: hidden [400, 400], rate 0.001, loss soft.
    expect(labels(two)).to.deep.equal([
      'joint',
      'rehearsal (hidden=[400,400], rate=0.001)',
      'rehearsal (hidden=[7], rate=0.5)',
    ]);
  });

  it('is the label of the file, which decides nothing of the outcome', () => {
    const named = withLearners('[rehearsal, { name: rehearsal, label: mine, options: { rate: 0.5 } }]');
    expect(named.learners.map(learnerLabel)).to.deep.equal(['rehearsal', 'mine']);
    const unnamed = withLearners('[{ name: rehearsal, options: { rate: 0.5 } }]');
    expect(scenarioDigest(named, 1)).to.equal(scenarioDigest(unnamed, 0));
  });

  it('is never the same: what only defaults make equal is numbered', () => {
    expect(labels('[rehearsal, { name: rehearsal, options: { rate: 0.001 } }]')).to.deep.equal([
      'rehearsal',
      'rehearsal 2',
    ]);
  });

  it('is refused where it is given twice', async () => {
    const error = await captureError(() => withLearners('[{ name: joint, label: a }, { name: finetune, label: a }]'));
    expect(error.message).to.include('learners.1.label: label "a" is given twice');
  });

  it('chooses one with --learner, and the name chooses all of that name', () => {
    const scenario = withLearners('[{ name: rehearsal, label: a }, { name: rehearsal, label: b }, joint]');
    expect(chooseLearners(scenario, ['b'], fakeCatalogue).map(learnerLabel)).to.deep.equal(['b']);
    expect(chooseLearners(scenario, ['rehearsal', 'b'], fakeCatalogue).map(learnerLabel)).to.deep.equal(['a', 'b']);
  });
});
