import { mkdir, readdir, readFile, rm } from 'node:fs/promises';
import { expect } from 'chai';
import type { RunResult } from '../../src/core/result.js';
import { readEventLog } from '../../src/experiment/event-log.js';
import { initialRunState, reduceRun, resultOf as resultOfState } from '../../src/experiment/reduce-run.js';
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

  it('goes on with other data, with a warning that names both, also in its result', async () => {
    await first();
    const other = ['--set', 'dataset.options.seed=12'];
    const { code, err } = await run('--from', path('tiny-rehearsal-1'), '--after', '1', ...other);
    expect(code).to.equal(0);
    const found =
      /warning: rehearsal: (goes on from tiny-rehearsal-1, which had data set synthetic of SHA-256 (\w+)….*)/;
    const [, message, digest] = found.exec(err) ?? [];
    const { warnings, inputs } = await resultOf('tiny-rehearsal-1.2');
    expect(warnings[0]).to.deep.equal({ code: 'branch-of-other-data', message });
    const [before] = Object.values((await resultOf('tiny-rehearsal-1')).inputs ?? {});
    expect(before?.slice(0, 12)).to.equal(digest);
    expect(message).to.include(Object.values(inputs ?? {})[0]?.slice(0, 12));
    const log = await readFile(path('tiny-rehearsal-1.2', 'events.jsonl'), 'utf8');
    const { timings, ...whole } = await resultOf('tiny-rehearsal-1.2');
    const reduced = resultOfState([...readEventLog(log)].reduce(reduceRun, initialRunState));
    expect({ ...reduced, timings }).to.deep.equal({ ...whole, timings });
  });

  it('has the points of the other run in its curves', async () => {
    const curves = ['--set', 'observers=[curves]'];
    await first(...curves);
    await run('--from', path('tiny-rehearsal-1'), '--after', '1', ...curves);
    const [whole, branched] = await Promise.all(
      ['tiny-rehearsal-1', 'tiny-rehearsal-1.2'].map((name) => readFile(path(name, 'curves.csv'), 'utf8')),
    );
    expect(branched).to.equal(whole);
    expect(branched).to.match(/^1,40,accuracy/m);
  });

  it('is refused before anything is made where the curves of the other run cannot be read', async () => {
    const curves = ['--set', 'observers=[curves]'];
    await first(...curves);
    await rm(path('tiny-rehearsal-1', 'curves.csv'));
    await mkdir(path('tiny-rehearsal-1', 'curves.csv'));
    const { code, err } = await run('--from', path('tiny-rehearsal-1'), '--after', '1', ...curves);
    expect(code).to.equal(2);
    expect(err).to.match(/curves\.csv is a folder, not a regular file/);
    expect(await readdir(path())).to.deep.equal(['tiny-rehearsal-1']);
  });

  const at = ['--from', 'tiny-rehearsal-1', '--after', '1'];
  const refused: readonly (readonly [parameters: readonly string[], message: RegExp])[] = [
    [['--after', '1'], /--after is the task of the run that --from names/],
    [
      ['--from', 'tiny-rehearsal-1', '--after', '7'],
      /has no checkpoint after task 7: there are those after tasks 1, 2/,
    ],
    [['--from', 'tiny-rehearsal-1'], /nothing is left to learn, for it has 2 tasks, and 2 were learnt; .* may differ/],
    [[...at, '--seed', '3'], /the run to go on from has seed 1/],
    [['--from', 'nowhere'], /nowhere is no directory; expected that of a run/],
    [['--from', '.'], /holds no run: .* such as tiny-rehearsal-1 in it/],
    [[...at, '--set', 'tasks=[[2,3],[0,1]]'], /task 1 has classes 0, 1 and .* this run's has classes 2, 3/],
    [[...at, '--set', 'classOrder=[3,2,1,0]'], /task 1 has classes 0, 1 and .* this run's has classes 3, 2/],
    [[...at, '--set', 'dataset.options.width=9'], /samples had the shape \[8\], but this run's have \[9\]/],
    [
      [...at, '--set', 'learners=[{name: rehearsal, options: {hidden: [9]}}]'],
      /learner\.options\.hidden\.0: 8 there, 9 here/,
    ],
    [
      [...at, '--set', 'learners=[{name: rehearsal, options: {network: {name: mlp, options: {hidden: [7]}}}}]'],
      /learner\.options\.network: nothing there, .* here/,
    ],
    [[...at, '--set', 'memory.options.latent=5'], /memory\.options\.latent: 4 there, 5 here; .* may differ/],
    [
      [...at, '--set', 'learners=[{name: rehearsal, options: {hidden: [8], optimiser: {name: sgd}}}]'],
      /learner\.options\.optimiser: nothing there, .*does not take over what was saved after task 1/,
    ],
  ];
  for (const [parameters, message] of refused) {
    it(`is refused before anything is made with ${parameters.join(' ')}`, async () => {
      await first();
      const given = parameters.map((parameter, i) => (parameters[i - 1] === '--from' ? path(parameter) : parameter));
      const { code, err } = await run(...given);
      expect(code).to.equal(2);
      expect(err).to.match(message);
      expect(err.trim().split('\n')).to.have.length(1);
      expect(await readdir(path())).to.deep.equal(['tiny-rehearsal-1']);
    });
  }
});
