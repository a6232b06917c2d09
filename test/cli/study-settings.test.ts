import { expect } from 'chai';
import { studySettings } from '../../src/cli/study-settings.js';
import { captureError } from '../support/capture-error.js';

describe('what --set says of a study', () => {
  it('is for the study, or for its data set', () => {
    expect(studySettings(['lambda=0.5', 'dataset.file=digits.npz', 'jumps=[2,9]', 'lambda=1'])).to.deep.equal({
      study: { lambda: 1, jumps: [2, 9] },
      dataset: { file: 'digits.npz' },
    });
  });

  for (const text of ['lambda', 'lambda=', '=1', 'dataset.=1', 'memory.latent=3', '__proto__=1']) {
    it(`is refused as ${text}`, async () => {
      const error = await captureError(() => studySettings([text]));
      expect(error.code).to.equal('bad-usage');
      expect(error.message).to.include(`--set ${text}`).and.to.include('name=value');
    });
  }
});
