import { readFile } from 'node:fs/promises';
import { expect } from 'chai';
import { lastValueFrom, tap, toArray } from 'rxjs';
import { planTrials, runTrials } from '../../../src/experiment/trials/run-trials.js';
import type { TrialsEvent } from '../../../src/experiment/trials/run-trials.js';
import { trialOf } from '../../../src/experiment/trials/trial-kind.js';
import type { TrialRunner } from '../../../src/experiment/trials/trial-runner.js';
import { trialFolder } from '../../../src/experiment/trials/trial-store.js';
import { temporaryFolder } from '../fixtures.js';
import { counting, type Counted, type CountingResult, type CountingSpec } from './counting.js';

type Happened = TrialsEvent<Counted, CountingResult>;

export const countingTrial = (variant: string, seed: number, spec: CountingSpec) =>
  trialOf(counting, { variant, seed, spec });

/** What any runner of trials has to do. */
export function runnerContract(name: string, runner: () => TrialRunner): void {
  const folder = temporaryFolder();

  const run = async (
    trials: readonly ReturnType<typeof countingTrial>[],
    concurrency: number,
    watch: (event: Happened, stop: AbortController) => void = () => undefined,
  ): Promise<Happened[]> => {
    const stop = new AbortController();
    const planned = await planTrials(trials, trialFolder(folder(), counting));
    return lastValueFrom(
      runTrials(counting, planned, runner(), { concurrency, signal: stop.signal }).pipe(
        tap((event) => {
          watch(event, stop);
        }),
        toArray(),
      ),
    );
  };

  const endings = (events: readonly Happened[]): readonly string[] =>
    events
      .filter(({ type }) => type !== 'trial-started' && type !== 'trial-progressed')
      .map(({ type, trial }) => `${type} ${trial.variant}`)
      .sort();

  describe(name, () => {
    it('gives each trial its events and its result, which is kept', async () => {
      const events = await run([countingTrial('a', 1, { to: 3 })], 1);
      expect(events.map(({ type }) => type)).to.include.members(['trial-started', 'trial-progressed']);
      expect(events[0]).to.have.property('type', 'trial-started');
      expect(events.at(-1)).to.deep.include({ type: 'trial-completed', result: { sum: 5, mean: 5 / 3 } });
      const kept = JSON.parse(await readFile(folder('a-1', 'result.json'), 'utf8')) as Record<string, unknown>;
      expect(kept['result']).to.deep.equal({ sum: 5, mean: 5 / 3 });
    });

    it('gives the same results however many trials run at a time, whichever ends first', async () => {
      const trials = [countingTrial('slow', 1, { to: 4, milliseconds: 20 }), countingTrial('quick', 2, { to: 1 })];
      const events = await run(trials, 2);
      const results = events.flatMap((event) =>
        event.type === 'trial-completed' ? [[event.trial.variant, event.result.sum]] : [],
      );
      expect(Object.fromEntries(results)).to.deep.equal({ slow: 22 / 3, quick: 7 / 3 });
    });

    it('does not run what is finished', async () => {
      const trials = [countingTrial('a', 1, { to: 2 })];
      await run(trials, 1);
      const again = await run(trials, 1);
      expect(again.map(({ type }) => type)).to.deep.equal(['trial-kept']);
    });

    it('reports a trial that fails with its reason, and runs the others', async () => {
      const events = await run(
        [countingTrial('bad', 1, { to: 3, failsAt: 2 }), countingTrial('good', 1, { to: 3 })],
        1,
      );
      expect(endings(events)).to.deep.equal(['trial-completed good', 'trial-failed bad']);
      const failed = events.find((event) => event.type === 'trial-failed');
      expect(failed?.error).to.deep.include({ code: 'diverged', message: 'the count is 2' });
    });

    it('stops running trials after their step and starts no other, when its signal is aborted', async () => {
      const many = { to: 100_000, milliseconds: 1 };
      const trials = [countingTrial('a', 1, many), countingTrial('b', 1, many), countingTrial('c', 1, many)];
      const events = await run(trials, 2, (event, stop) => {
        if (event.type === 'trial-progressed' && event.trial.variant === 'b') stop.abort();
      });
      expect(endings(events)).to.deep.equal(['trial-stopped a', 'trial-stopped b', 'trial-stopped c']);
      expect(events.filter(({ type }) => type === 'trial-started')).to.have.length(2);
    });
  });
}
