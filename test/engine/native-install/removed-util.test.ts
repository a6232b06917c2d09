import { expect } from 'chai';
import { restoreRemovedUtil } from '../../../src/engine/native-install/removed-util.js';

describe('functions that Node has removed from util', () => {
  it('are put back as tfjs-node calls them', () => {
    const util: Record<string, (value: unknown) => unknown> = {};
    restoreRemovedUtil(util);
    expect([null, undefined, 0, '', {}].map((value) => util['isNullOrUndefined']?.(value))).to.deep.equal([
      true,
      true,
      false,
      false,
      false,
    ]);
    expect([[], {}].map((value) => util['isArray']?.(value))).to.deep.equal([true, false]);
  });

  it('stay as they are where Node has them', () => {
    const own = (): boolean => true;
    const util = { isNullOrUndefined: own, isArray: own };
    restoreRemovedUtil(util);
    expect(util).to.deep.equal({ isNullOrUndefined: own, isArray: own });
  });
});
