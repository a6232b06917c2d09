// What a step of each learner costs next to one of finetune, on samples as large as MNIST's: from runs of two lengths, so that what a
// task costs besides its steps (an importance, a herding) is left out and shown apart. Prints a Markdown table.
//
//   npm run -s build && node --import tsx bench/strategy-costs.ts [learner ...]
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { timeCommand } from './support/command.js';
import { spreadOf } from './support/statistics.js';

/**
 * Forward and backward passes of a step over as many rows as finetune has, a forward pass counted as 1 and a backward pass as 2: what a
 * step would cost if passes were all that it cost.
 */
const passes: Readonly<Record<string, number>> = {
  ...{ finetune: 3, joint: 3, ewc: 3, 'online-ewc': 3, si: 3, mas: 3 },
  // The former network looks at the same samples.
  ...{ lwf: 4, icarl: 4 },
  // As many stored samples as new ones.
  ...{ er: 6, 'er-ace': 6, 'a-gem': 6, der: 6, 'der++': 9 },
};
const settings = [
  'dataset={name: synthetic, options: {classes: 6, width: 784, trainPerClass: 500, testPerClass: 20}}',
  'tasks=3',
  'evaluation={every: 0}',
].flatMap((change) => ['--set', change]);
const lengths = [40, 240] as const;
const rounds = 3;

const [...named] = process.argv.slice(2);
const learners = named.length > 0 ? named : Object.keys(passes);
const out = await mkdtemp(join(tmpdir(), 'reverie-costs-'));
/** Milliseconds of a step in the last task, and of what the task costs besides. */
async function costOf(learner: string): Promise<{ readonly step: number; readonly besides: number }> {
  const seconds: number[] = [];
  for (const iterations of lengths) {
    const parameters = ['run', 'split-mnist', ...settings, '--set', `training.iterations=${iterations}`];
    const { output } = await timeCommand([...parameters, '--learner', learner, '--out', out, '--json']);
    const { timings } = JSON.parse(output) as { readonly timings: { readonly learning: readonly number[] } };
    seconds.push(timings.learning.at(-1) ?? NaN);
  }
  const [short = NaN, long = NaN] = seconds;
  const step = (1000 * (long - short)) / (lengths[1] - lengths[0]);
  return { step, besides: 1000 * short - step * lengths[0] };
}

try {
  const steps = new Map(learners.map((learner) => [learner, [] as number[]]));
  const besides = new Map(learners.map((learner) => [learner, [] as number[]]));
  const base: number[] = [];
  // Round by round, finetune first in each, so that all of them see the same machine.
  for (let round = 0; round < rounds; round++) {
    const finetune = (await costOf('finetune')).step;
    base.push(finetune);
    for (const learner of learners) {
      const cost = learner === 'finetune' ? { step: finetune, besides: 0 } : await costOf(learner);
      steps.get(learner)?.push(cost.step / finetune);
      besides.get(learner)?.push(cost.besides);
    }
  }
  console.log(`A step of finetune: ${spreadOf(base).median.toFixed(2)} ms, batch 128, 784-400-400.\n`);
  console.log(
    '| learner | step, of finetune | by its passes | ratio | a task besides |\n| --- | --- | --- | --- | --- |',
  );
  for (const learner of learners) {
    const { median, min, max } = spreadOf(steps.get(learner) ?? []);
    const expected = (passes[learner] ?? NaN) / 3;
    const ratio = Number.isNaN(expected) ? '' : (median / expected).toFixed(2);
    const of = `${median.toFixed(2)} (${min.toFixed(2)}–${max.toFixed(2)})`;
    const more = spreadOf(besides.get(learner) ?? []).median;
    console.log(
      `| \`${learner}\` | ${of} | ${Number.isNaN(expected) ? '' : expected.toFixed(2)} | ${ratio} | ${more.toFixed(0)} ms |`,
    );
  }
} finally {
  await rm(out, { recursive: true, force: true });
}
