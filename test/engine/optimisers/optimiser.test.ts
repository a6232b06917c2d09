import { expect } from 'chai';
import { clipByGlobalNorm, clipByValue } from '../../../src/engine/optimisers/optimiser.js';
import { captureError } from '../../support/capture-error.js';

describe('clipping', () => {
  it('refuses limits that are no positive numbers', async () => {
    for (const limit of [0, -1, NaN, Infinity]) {
      expect((await captureError(() => clipByValue(limit))).code).to.equal('bad-usage');
      expect((await captureError(() => clipByGlobalNorm(limit))).code).to.equal('bad-usage');
    }
  });

  it('of nothing gives nothing', () => {
    expect(clipByGlobalNorm(1)([])).to.deep.equal([]);
  });
});
