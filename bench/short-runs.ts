/**
 * Whether short runs in one process leave anything behind: memory, threads and open files after every so many of them.
 *
 *     node --expose-gc --import tsx bench/short-runs.ts [--runs 50] [--every 5] [--engine ort] [--keep | --share | --unsubscribe]
 *
 * `--keep` disposes no composition, `--share` has one for all runs, `--unsubscribe` leaves each run after its first task.
 */
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { compose, loadScenario, run } from '../src/index.js';
import type { EngineChoice } from '../src/engine/select.js';
import { held } from './support/held.js';

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '50' },
    every: { type: 'string', default: '5' },
    engine: { type: 'string', default: 'ort' },
    keep: { type: 'boolean', default: false },
    share: { type: 'boolean', default: false },
    unsubscribe: { type: 'boolean', default: false },
  },
});
const tiny = fileURLToPath(new URL('../test/cli/tiny.yaml', import.meta.url));
const engine = values.engine as EngineChoice;
const shared = values.share ? await compose({ engine }) : undefined;

const print = async (done: number): Promise<void> => {
  const { residentMiB, threads, descriptors } = await held();
  console.log(`${String(done).padStart(4)} runs: ${residentMiB} MiB, ${threads} threads, ${descriptors} descriptors`);
};

await print(0);
for (let i = 1; i <= Number(values.runs); i++) {
  const composition = shared ?? (await compose({ engine }));
  const scenario = await loadScenario(tiny, composition.catalogue);
  const learner = scenario.learners.find(({ name }) => name === 'rehearsal') ?? { name: 'rehearsal', options: {} };
  const handle = run(await composition.prepare(scenario, learner, i));
  if (values.unsubscribe) {
    await new Promise<void>((resolve, reject) => {
      const subscription = handle.events$.subscribe({
        next: ({ type }) => {
          if (type !== 'task-ended') return;
          subscription.unsubscribe();
          resolve();
        },
        error: reject,
      });
    });
  } else {
    await handle.result();
  }
  if (!values.keep && shared === undefined) {
    await handle.dispose();
    await composition.dispose();
  }
  if (i % Number(values.every) === 0) await print(i);
}
