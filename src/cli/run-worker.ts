import { ReverieError } from '../core/errors.js';
import type { Json } from '../core/snapshot.js';
import { runKind } from '../experiment/run-kind.js';
import { serveTrial } from '../experiment/trials/trial-process.js';
import type { RunSpec } from '../di/scenario-runs.js';
import { compose, type CompositionOptions } from '../di/composition.js';

/** The process that a run with `--workers` is run in; see {@link import('../experiment/trials/process-pool.js').processPool}. */
serveTrial(
  async (name, environment) => {
    if (name !== 'run') throw new ReverieError('bad-usage', `a process for runs was sent a trial of kind "${name}"`);
    // What crosses comes from the process that started this one, which has checked it.
    const composition = await compose(environment as unknown as CompositionOptions);
    const prepare = async (spec: Json, seed: number, directory: string) => {
      const { scenario, ...origin } = spec as unknown as RunSpec;
      const [learner] = scenario.learners;
      if (learner === undefined) throw new ReverieError('bad-scenario', 'the scenario of a run has no learner');
      const setup = await composition.prepare(scenario, learner, seed);
      return { ...setup, ...origin, observers: await composition.observers(scenario, { directory }) };
    };
    return runKind(prepare);
  },
  (code) => process.exit(code),
);
