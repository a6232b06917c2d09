import { readdir, readFile } from 'node:fs/promises';
import { expect } from 'chai';
import type { RunResult } from '../../src/core/result.js';
import { temporaryFolder } from '../experiment/fixtures.js';
import { called, tiny } from './captured.js';

describe('reverie run --from', () => {
  const path = temporaryFolder();
  const run = (...parameters: readonly string[]) =>
    called(['run', tiny, '--engine', 'cpu', '--out', path(), '--learner', 'rehearsal', ...parameters]);
  const first = async (...parameters: readonly string[]): Promise<RunResult> => {
    expect((await run('--set', 'checkpoint.keep=all', ...parameters)).code).to.equal(0);
    return resultOf('tiny-rehearsal-1');
  };
  const resultOf = async (name: string): Promise<RunResult> =>
    JSON.parse(await readFile(path(name, 'result.json'), 'utf8')) as RunResult;

  for (const workers of [[], ['--workers', '1']]) {
    it(`goes on as the run itself did, where nothing is changed ${workers.join(' ')}`, async () => {
      const { timings, ...whole } = await first();
      const { code, out } = await run('--from', path('tiny-rehearsal-1'), '--after', '1', ...workers);
      expect(code).to.equal(0);
      expect(out).to.include(`goes on after task 1, in ${path('tiny-rehearsal-1.2')}`);
      const { timings: own, origin, ...branched } = await resultOf('tiny-rehearsal-1.2');
      expect(branched).to.deep.equal(whole);
      expect(origin).to.deep.equal({
        ...{ run: 'tiny-rehearsal-1', scenarioDigest: whole.scenarioDigest, seed: 1, after: 1 },
      });
      expect(own.learning).to.have.length(timings.learning.length);
    });
  }

  it('learns more tasks with other options, and keeps what was learnt and the other run as it was', async () => {
    const before = await first('--set', 'tasks=[[0,1]]');
    const more = ['--from', path('tiny-rehearsal-1'), '--set', 'tasks=[[0,1],[2,3]]', '--set', 'training.iterations=7'];
    expect((await run(...more)).code).to.equal(0);
    const after = await resultOf('tiny-rehearsal-1.2');
    expect(after.tasks).to.deep.equal([
      [0, 1],
      [2, 3],
    ]);
    expect(after.accuracyMatrix[0]?.[0]).to.equal(before.accuracyMatrix[0]?.[0]);
    expect(after.anytime.at(-1)).to.include({ task: 2, iteration: 7 });
    expect(await resultOf('tiny-rehearsal-1')).to.deep.equal(before);

    const again = await run(...more, '--resume');
    expect(again.code).to.equal(0);
    expect(await readdir(path())).to.have.members(['tiny-rehearsal-1', 'tiny-rehearsal-1.2']);
    const events = await readFile(path('tiny-rehearsal-1.2', 'events.jsonl'), 'utf8');
    expect(events.match(/"type":"run-started"/g)).to.have.length(1);
  });

  const refused: readonly (readonly [parameters: readonly string[], message: RegExp])[] = [
    [['--after', '1'], /--after is the task of the run that --from names/],
    [
      ['--from', 'tiny-rehearsal-1', '--after', '7'],
      /has no checkpoint after task 7: there are those after tasks 1, 2/,
    ],
    [['--from', 'tiny-rehearsal-1'], /nothing is left to learn: scenario "tiny" has 2 tasks/],
    [['--from', 'tiny-rehearsal-1', '--after', '1', '--seed', '3'], /the run to go on from has seed 1/],
    [['--from', 'nowhere'], /nowhere has no checkpoint after a task: there is none/],
    [['--from', 'tiny-rehearsal-1', '--after', '1', '--set', 'tasks=[[2,3],[0,1]]'], /is of other data/],
  ];
  for (const [parameters, message] of refused) {
    it(`is refused with ${parameters.join(' ')}`, async () => {
      await first();
      const given = parameters.map((parameter, i) => (parameters[i - 1] === '--from' ? path(parameter) : parameter));
      const { code, err } = await run(...given);
      expect(code).to.be.oneOf([1, 2]);
      expect(err).to.match(message);
    });
  }
});
