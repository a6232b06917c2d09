import { readdir, readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import type { RunResult } from '../../src/core/result.js';
import { temporaryFolder } from '../experiment/fixtures.js';
import { called, tiny } from './captured.js';

const path = temporaryFolder();
const plugIn = (name: string) => fileURLToPath(new URL(`./plug-ins/${name}`, import.meta.url));
const failing = plugIn('fails.mjs');

const run = (out: string, ...parameters: readonly string[]) =>
  called(['run', tiny, '--engine', 'cpu', '--set', 'training.iterations=3', '--out', path(out), ...parameters]);

async function untimedResult(out: string, name: string): Promise<Omit<RunResult, 'timings'>> {
  const { timings, ...rest } = JSON.parse(await readFile(path(out, name, 'result.json'), 'utf8')) as RunResult;
  expect(timings.peakMemoryMiB).to.be.greaterThan(1);
  return rest;
}

describe('reverie run over several seeds', () => {
  it('gives the same results in processes of their own as one after the other, and compares learners over seeds', async function () {
    this.timeout(120_000);
    const one = await run('one', '--seeds', '1..2');
    const two = await run('two', '--seeds', '1,2', '--workers', '2');
    expect([one.code, two.code]).to.deep.equal([0, 0]);
    const names = ['tiny-finetune-1', 'tiny-finetune-2', 'tiny-rehearsal-1', 'tiny-rehearsal-2'];
    for (const out of ['one', 'two']) expect((await readdir(path(out))).sort()).to.deep.equal(names);
    for (const name of names) {
      expect(await untimedResult('two', name), name).to.deep.equal(await untimedResult('one', name));
    }
    expect(two.out).to.match(/^tiny, seeds 1, 2, engine cpu\n/);
    expect(two.out).to.match(/^finetune, seed 2: task 2\/2 done/m);
    expect(two.out).to.match(/\nlearner +seeds +ACC .*\nfinetune +2 +0\.\d{4} ± 0\.\d{4} /);
    // The digests say that they are finished: nothing is run again.
    const again = await run('two', '--seeds', '1,2', '--workers', '2', '--resume');
    expect([again.code, again.out.includes('done in')]).to.deep.equal([0, false]);
  });

  for (const workers of [[], ['--workers', '2']]) {
    it(`loses no result where another run fails${workers.join(' ')}`, async function () {
      this.timeout(60_000);
      const learners = ['--learner', 'fails', '--learner', 'finetune'];
      const { code, out, err } = await run('some', '--plugin', failing, ...learners, ...workers);
      expect(code).to.equal(1);
      expect(out)
        .to.include('fails: failed')
        .and.to.match(/\nfinetune +0\.\d{4} /);
      expect(err).to.include('learner "fails" failed while learning task 1: broken on purpose');
      expect((await untimedResult('some', 'tiny-finetune-1')).learner).to.equal('finetune');
    });
  }

  const stuck = 'it waits for something that nothing in this process is left to bring about';
  const broken: readonly (readonly [what: string, parameters: readonly string[], message: string])[] = [
    [
      'an observer that throws',
      ['observers.mjs', '--set', 'observers=[printer]'],
      'observer "printer" of the run failed at task-ended: out of ink',
    ],
    [
      'an observer that never comes back',
      ['observers.mjs', '--set', 'observers=[silent]'],
      `observer "silent" of the run failed at task-ended: ${stuck}`,
    ],
    [
      'a learner that never comes back',
      ['hangs.mjs', '--set', 'learners=[hangs]'],
      `learner "hangs" failed while learning task 1: ${stuck}`,
    ],
  ];
  for (const [what, [file = '', ...parameters], message] of broken) {
    it(`names ${what} in a process of its own`, async function () {
      this.timeout(60_000);
      const learner = parameters.includes('learners=[hangs]') ? [] : ['--learner', 'finetune'];
      const { code, err } = await run('broken', '--plugin', plugIn(file), ...parameters, ...learner, '--workers', '1');
      expect([code, err]).to.deep.equal([
        1,
        `reverie: ${message}${what.startsWith('an obs') ? '; take it out of the scenario, or mend it' : ''}\n`,
      ]);
    });
  }

  it('refuses seeds and workers that are none, in a sentence', async () => {
    for (const parameters of [
      ['--seeds', '3..1'],
      ['--seeds', '1,x'],
      ['--seeds', ''],
      ['--workers', '0'],
    ]) {
      const { code, err } = await run('none', ...parameters);
      expect([parameters, code, err.includes('Expected ')]).to.deep.equal([parameters, 2, true]);
    }
    const { code, err } = await run('none', '--seed', '1', '--seeds', '1,2');
    expect(code).to.equal(2);
    expect(err).to.include('--seed and --seeds are both given');
  });
});
