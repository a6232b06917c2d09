import { expect } from 'chai';
import { interruptionText, warningLines } from '../../src/cli/run-report.js';
import { someCheckpointSaved } from '../support/some-events.js';
import type { PlannedRun } from '../../src/di/scenario-runs.js';
import { checkpointFolder } from '../../src/experiment/checkpoint-store.js';
import { setupOf } from '../experiment/fixtures.js';
import { someResult } from '../report/some-result.js';

const directory = {
  path: 'runs/s-mean-7',
  resultFile: 'result.json',
  eventLog: 'events.jsonl',
  lock: 'running.lock',
  checkpoints: checkpointFolder('runs/s-mean-7/checkpoints'),
};
const trial = { kind: 'run', variant: 'mean', seed: 7, spec: {}, digest: 'd' };
const planned: PlannedRun = { trial, setup: setupOf(), opened: { state: 'new', directory } };
const command = 'reverie run s';

describe('what is said of an interrupted run', () => {
  it('is which checkpoint is kept and how to go on', () => {
    const checkpoint = someCheckpointSaved(2, 'runs/s-mean-7/checkpoints/task-2.reverie');
    expect(interruptionText(planned, 'mean', { checkpoint, resumedAfter: 0 }, command)).to.equal(
      'reverie: interrupted while running mean; the checkpoint after task 2 is kept: ' +
        'runs/s-mean-7/checkpoints/task-2.reverie\nGo on with: reverie run s --resume',
    );
  });

  it('is the checkpoint that it was resumed from, where it saved none of its own', () => {
    const text = interruptionText(planned, 'mean', { resumedAfter: 1 }, `${command} --resume --seed 2`);
    expect(text).to.include('the checkpoint after task 1 is kept in runs/s-mean-7\n');
    expect(text).to.match(/Go on with: reverie run s --resume --seed 2$/);
  });

  it('is that there is none where no task was finished', () => {
    expect(interruptionText(planned, 'mean', { resumedAfter: 0 }, command)).to.include('no checkpoint to keep');
  });
});

describe('the warnings of runs', () => {
  it('are given with the learner they are about', () => {
    const result = someResult({ warnings: [{ code: 'dreams-miss-a-class', message: 'dreams miss 3' }] });
    expect(warningLines([result])).to.deep.equal(['warning: rehearsal: dreams miss 3']);
  });
});
