import { expect } from 'chai';
import { perClassAccuracy } from '../../src/metrics/per-class.js';

describe('per-class accuracy', () => {
  it('is the share of each class that was taken for it, in the order classes were met', () => {
    // class 7: 3 of 3 + 1 + 0 = 4; class 2: 1 of 2 + 1 + 1 = 4, one of them taken for a class nobody had shown
    const confusion = { classes: [7, 2], counts: [[3, 1, 0], [2, 1, 1]] }; // prettier-ignore
    expect(perClassAccuracy(confusion)).to.deep.equal([
      { class: 7, accuracy: 0.75 },
      { class: 2, accuracy: 0.25 },
    ]);
  });

  it('leaves out a class without test samples', () => {
    expect(perClassAccuracy({ classes: [0, 1], counts: [[0, 0, 0], [0, 5, 0]] })) // prettier-ignore
      .to.deep.equal([{ class: 1, accuracy: 1 }]);
  });
});
