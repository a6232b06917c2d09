import { readFile } from 'node:fs/promises';
import { expect } from 'chai';
import type { RunResult } from '../../src/core/result.js';
import { readEventLog } from '../../src/experiment/event-log.js';
import { initialRunState, reduceRun, resultOf } from '../../src/experiment/reduce-run.js';
import { readResult } from '../../src/experiment/result-file.js';
import { called, tiny } from '../cli/captured.js';
import { eventsOf, resultIn, setupOf, temporaryFolder, untimed } from './fixtures.js';

describe('sets of tasks still to come', () => {
  const path = temporaryFolder();
  const domains = ['--set', 'tasks=null', '--set', 'stream={name: domain-incremental, options: {domains: 3}}'];
  const run = (...parameters: readonly string[]) =>
    called(['run', tiny, '--engine', 'cpu', '--learner', 'finetune', '--out', path(), ...parameters]);
  const future = ['--set', 'evaluation.future=true'];

  it('are not measured unless they are asked for', async () => {
    const result = resultIn(await eventsOf(setupOf()));
    expect(result).not.to.have.property('future');
    expect(result.metrics).not.to.have.property('forwardTransfer');
  });

  it('of classes not met yet have the accuracy 0, and guessing 1 over all classes', async () => {
    const setup = setupOf({ evaluatesFuture: true });
    const result = resultIn(await eventsOf(setup));
    expect(result.future).to.deep.equal({
      accuracyMatrix: [
        [null, 0, 0],
        [null, null, 0],
        [null, null, null],
      ],
      chance: [null, 1 / 6, 1 / 6],
    });
    expect(result.metrics['forwardTransfer']?.value).to.equal(-1 / 6);
    const { future: more, metrics, ...rest } = untimed(result);
    const { metrics: others, ...same } = untimed(resultIn(await eventsOf(setupOf())));
    expect(rest).to.deep.equal(same);
    expect(Object.keys(metrics)).to.have.members([...Object.keys(others), 'forwardTransfer']);
    expect(more).not.to.equal(undefined);
  });

  it('of known classes have an accuracy, which the log and a resumed run give as well', async () => {
    await run(...domains, ...future, '--set', 'checkpoint.keep=all');
    const result = await readResult(path('tiny-finetune-1', 'result.json'));
    const [row] = result.future?.accuracyMatrix ?? [];
    expect(row?.[0]).to.equal(null);
    expect(row?.[1]).to.be.a('number');
    expect(result.metrics['forwardTransfer']?.value).to.equal(
      ((row?.[1] ?? 0) - 0.25 + (result.future?.accuracyMatrix[1]?.[2] ?? 0) - 0.25) / 2,
    );
    const log = await readFile(path('tiny-finetune-1', 'events.jsonl'), 'utf8');
    const reduced = resultOf([...readEventLog(log)].reduce(reduceRun, initialRunState));
    const whole = ({ timings, ...rest }: RunResult) => ({ ...rest, ended: timings.learning.length, origin: undefined });
    expect(whole(reduced)).to.deep.equal(whole(result));
    expect((await run(...domains, ...future, '--from', path('tiny-finetune-1'), '--after', '1')).code).to.equal(0);
    expect(whole(await readResult(path('tiny-finetune-1.2', 'result.json')))).to.deep.equal(whole(result));
  });
});
