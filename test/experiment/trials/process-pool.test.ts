import { expect } from 'chai';
import { lastValueFrom, toArray } from 'rxjs';
import { processPool } from '../../../src/experiment/trials/process-pool.js';
import { planTrials, runTrials } from '../../../src/experiment/trials/run-trials.js';
import { trialFolder } from '../../../src/experiment/trials/trial-store.js';
import { temporaryFolder } from '../fixtures.js';
import { counting } from './counting.js';
import { countingTrial, runnerContract } from './runner-contract.js';

const pool = () => processPool({ worker: new URL('./counting-worker.ts', import.meta.url), environment: {} });

describe('trials in processes', function () {
  // Each starts a Node that compiles TypeScript.
  this.timeout(60_000);
  runnerContract('a pool of processes', pool);

  const folder = temporaryFolder();

  it('are not lost where the process of one is killed, which is given with its signal', async () => {
    const trials = [countingTrial('killed', 1, { to: 3, killedAt: 2 }), countingTrial('good', 1, { to: 3 })];
    const planned = await planTrials(trials, trialFolder(folder(), counting));
    const events = await lastValueFrom(
      runTrials(counting, planned, pool(), { concurrency: 2, signal: new AbortController().signal }).pipe(toArray()),
    );
    const failed = events.find((event) => event.type === 'trial-failed');
    expect(failed?.error).to.have.property('code', 'trial-failed');
    expect(failed?.error)
      .to.have.property('message')
      .that.match(/^the process of killed, seed 1 ended with signal SIGKILL; if memory ran out.*--workers/);
    expect(events.some(({ type, trial }) => type === 'trial-completed' && trial.variant === 'good')).to.be.true;
  });
});
