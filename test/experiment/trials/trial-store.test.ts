import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { expect } from 'chai';
import { trialOf } from '../../../src/experiment/trials/trial-kind.js';
import { trialFolder } from '../../../src/experiment/trials/trial-store.js';
import { errorOf, temporaryFolder } from '../fixtures.js';
import { counting } from './counting.js';
import { countingTrial } from './runner-contract.js';

describe('a trial', () => {
  it('has the digest of its specification, whatever the order of its keys, and of its seed', () => {
    const { digest } = countingTrial('a', 1, { to: 3, milliseconds: 2 });
    expect(digest).to.match(/^[0-9a-f]{64}$/);
    expect(countingTrial('a', 1, { milliseconds: 2, to: 3 }).digest).to.equal(digest);
    expect(countingTrial('a', 2, { to: 3, milliseconds: 2 }).digest).to.not.equal(digest);
    expect(countingTrial('a', 1, { to: 4, milliseconds: 2 }).digest).to.not.equal(digest);
  });

  it('is refused with a specification that is none of its kind', () => {
    const make = () => trialOf(counting, { variant: 'a', seed: 1, spec: { to: 1.5 } });
    expect(make).to.throw('the specification of "a" is none of a counting: to: ');
  });
});

describe('a folder of trials', () => {
  const folder = temporaryFolder();
  const store = () => trialFolder(folder('trials'), counting);
  const trial = countingTrial('a', 1, { to: 3 });
  const result = { sum: 5, mean: 5 / 3 };

  it('gives back the result that was saved, and none before', async () => {
    expect(await store().find(trial)).to.be.undefined;
    expect(await readdir(folder())).to.be.empty;
    const directory = await store().open(trial);
    expect(directory.resume).to.be.false;
    await directory.save(result);
    expect(await store().find(trial)).to.deep.equal({ path: folder('trials', 'a-1'), result });
  });

  it('opens the directory of an unfinished trial again, to go on from what is in it', async () => {
    const { path } = await store().open(trial);
    await writeFile(`${path}/checkpoint`, 'c');
    const again = await store().open(trial);
    expect(again).to.deep.include({ path, resume: true });
    expect(await readFile(`${path}/checkpoint`, 'utf8')).to.equal('c');
  });

  it('refuses a result of other choices, naming the first that differs', async () => {
    await (await store().open(trial)).save(result);
    const error = await errorOf(store().find(countingTrial('a', 1, { to: 4 })));
    expect(error.code).to.equal('bad-checkpoint');
    expect(error.message)
      .to.include('to: 3 there, 4 here')
      .and.include(folder('trials', 'a-1', 'result.json'));
  });

  for (const [what, content] of [
    ['no JSON', '{'],
    ['no result', '{"version": 1, "kind": "counting"}'],
    ['the result of another kind', JSON.stringify({ version: 1, ...trial, kind: 'run', result })],
    ['a result that cannot be', JSON.stringify({ version: 1, ...trial, result: { sum: 'x', mean: 1 } })],
  ] as const) {
    it(`refuses a file with ${what}, naming it`, async () => {
      await mkdir(folder('trials', 'a-1'), { recursive: true });
      await writeFile(folder('trials', 'a-1', 'result.json'), content);
      const error = await errorOf(store().find(trial));
      expect(error.code).to.equal('bad-data');
      expect(error.message)
        .to.include(folder('trials', 'a-1', 'result.json'))
        .and.include('delete it');
    });
  }
});
