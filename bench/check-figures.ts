// Whether strategies still reach what they did: runs the first seed of each kept figure again and compares it with the range
// in which one more run lies with 99 % by the spread of the seeds. A run takes minutes; all of them take hours.
//
//   npm run check:figures -- [scenario] [learner ...]
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { timeCommand } from './support/command.js';
import { expectedRange, keptFigures } from './support/figures.js';

const [scenario, ...learners] = process.argv.slice(2);
const chosen = (await keptFigures()).filter(
  (figure) =>
    (scenario === undefined || figure.scenario === scenario) &&
    (learners.length === 0 || learners.includes(figure.learner)),
);
if (chosen.length === 0)
  throw new Error('no figure is kept of that; docs/studies/figures.json has those that there are');

const out = await mkdtemp(join(tmpdir(), 'reverie-figures-'));
let [passed, failed] = [0, 0];
try {
  for (const figure of chosen) {
    const [seed = 1] = figure.seeds;
    const range = expectedRange(figure);
    const what = `${figure.scenario}, ${figure.learner}, seed ${seed}`;
    if (range === undefined) {
      console.log(`${what}: not checked, ${figure.accuracies.length} seeds tell no spread`);
      continue;
    }
    const choice = ['--learner', figure.learner, '--seed', String(seed), '--out', out, '--json'];
    const { output } = await timeCommand(['run', figure.scenario, ...choice]);
    const result = JSON.parse(output) as { readonly metrics: Record<string, { readonly value: number }> };
    const accuracy = result.metrics['accuracyOverTasks']?.value ?? NaN;
    const right = accuracy >= range[0] && accuracy <= range[1];
    if (right) passed++;
    else failed++;
    const ends = range.map((end) => end.toFixed(4)).join(' to ');
    console.log(`${what}: ${accuracy.toFixed(4)}, expected ${ends}: ${right ? 'as before' : 'NOT AS BEFORE'}`);
  }
} finally {
  await rm(out, { recursive: true, force: true });
}
console.log(`${passed} as before, ${failed} not`);
process.exitCode = failed > 0 || passed === 0 ? 1 : 0;
