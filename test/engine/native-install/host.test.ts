import { homedir } from 'node:os';
import { resolve } from 'node:path';
import { expect } from 'chai';
import { nativeFolder, restoreRemovedUtil } from '../../../src/engine/native-install/host.js';
import { cacheFolder } from '../../../src/files/cache-folder.js';

describe("the user's cache", () => {
  const folders = [
    ['linux', { HOME: '/home/u' }, '/home/u/.cache/reverie'],
    ['linux', { HOME: '/home/u', XDG_CACHE_HOME: '/fast' }, '/fast/reverie'],
    // The XDG base directory specification: a relative path is invalid and to be ignored.
    ['linux', { HOME: '/home/u', XDG_CACHE_HOME: 'fast' }, '/home/u/.cache/reverie'],
    ['darwin', { HOME: '/Users/u', XDG_CACHE_HOME: '/fast' }, '/Users/u/Library/Caches/reverie'],
    ['linux', { HOME: '/home/u', XDG_CACHE_HOME: '/fast', REVERIE_CACHE: '/mine' }, '/mine'],
  ] as const;
  for (const [platform, env, folder] of folders) {
    it(`is ${folder} on ${platform} with ${Object.keys(env).join(', ')}`, () => {
      expect(cacheFolder({ platform, env })).to.equal(folder);
      expect(nativeFolder({ platform, env })).to.equal(`${folder}/native`);
    });
  }

  it('is an absolute path, whatever is named', () => {
    expect(cacheFolder({ platform: 'linux', env: { REVERIE_CACHE: 'mine' } })).to.equal(resolve('mine'));
    for (const platform of ['linux', 'darwin', 'win32'] as const) {
      expect(cacheFolder({ platform, env: { HOME: '', LOCALAPPDATA: 'l' } }).startsWith(homedir())).to.equal(true);
    }
  });

  it('is below LOCALAPPDATA on Windows', () => {
    expect(cacheFolder({ platform: 'win32', env: { LOCALAPPDATA: 'C:\\l' } })).to.match(
      /^C:\\l[\\/]reverie[\\/]cache$/,
    );
  });
});

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
