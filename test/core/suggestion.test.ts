import { expect } from 'chai';
import { closest, unknownName } from '../../src/core/suggestion.js';

describe('suggestions for unknown names', () => {
  it('find a slip of the fingers', () => {
    expect(closest('rehersal', ['finetune', 'joint', 'rehearsal'])).to.equal('rehearsal');
    expect(closest('Joint', ['finetune', 'joint'])).to.equal('joint');
  });

  it('stay silent where nothing is near', () => {
    expect(closest('transformer', ['finetune', 'joint'])).to.equal(undefined);
  });

  it('say place, kind, given name, known names and the likely one', () => {
    const error = unknownName('learner', 'rehersal', ['joint', 'rehearsal'], 'a.yaml:3:5');
    expect(error.code).to.equal('unknown-name');
    expect(error.message).to.equal(
      'a.yaml:3:5 learner "rehersal" is not known; known: joint, rehearsal; did you mean "rehearsal"?',
    );
  });
});
