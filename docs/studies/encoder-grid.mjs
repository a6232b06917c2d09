// Does a memory that learns ICRST or TRST targets forget less than one that learns the samples themselves? Runs
// encoder-grid.yaml with each encoder, p, sampler, data set and seed, and prints mean and spread, and the paired difference
// from the encoder "identity" with its p-value. What is finished is kept in the file and not run again.
//
//     node docs/studies/encoder-grid.mjs <file>.jsonl [data set ...] [--seeds 1,2,3,4,5] [--samplers latent,decoded,prior]
//       [--encoders 'identity,icrst 0.5'] [--print]
import { execFileSync } from 'node:child_process';
import { appendFileSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { holmAdjusted, meanInterval, pairedTTest } from 'reverie';

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    seeds: { type: 'string', default: '1,2,3,4,5' },
    samplers: { type: 'string', default: 'latent,prior' },
    // Name and p; a > b is a p that falls from a to b over the first 300 of a task's 400 steps.
    encoders: { type: 'string', default: 'identity,icrst 0.1,icrst 0.5,icrst 1,trst 0.1,trst 0.5,icrst 0.5>0' },
    print: { type: 'boolean', default: false },
  },
});
const [file, ...named] = positionals;
if (file === undefined) throw new Error('give the file that finished runs are kept in, e.g. encoder-grid.jsonl');
const samplers = {
  latent: ['memory.sampler=latent'],
  // latent as it is but for the jump after decoding
  decoded: ['memory.sampler=latent', 'memory.sampler.options.reinjections=0'],
  prior: ['memory.sampler=prior', 'memory.options.flow={}', 'memory.sampler.options.candidates=1'],
};
const dataSets = named.length === 0 ? ['mnist', 'fashion-mnist'] : named;
const seeds = values.seeds.split(',').map(Number);
const encoders = values.encoders.split(',');
const chosen = values.samplers.split(',');
for (const name of chosen) {
  if (!Object.hasOwn(samplers, name))
    throw new Error(`--samplers ${name}: expected ${Object.keys(samplers).join(', ')}`);
}

const here = dirname(fileURLToPath(import.meta.url));
const command = join(here, '../../dist/cli/main.js');
const lines = existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n') : [];
const finished = new Map(
  lines
    .filter(Boolean)
    .map((line) => JSON.parse(line))
    .map((run) => [run.cell, run]),
);

// Seed by seed, so that what is there is a grid at any time.
for (const seed of values.print ? [] : seeds)
  for (const dataSet of dataSets)
    for (const sampler of chosen)
      for (const encoder of encoders) {
        const cell = cellName(dataSet, sampler, encoder, seed);
        if (finished.has(cell)) continue;
        const run = { cell, ...measured(dataSet, sampler, encoder, seed) };
        finished.set(cell, run);
        appendFileSync(file, `${JSON.stringify(run)}\n`);
        console.error(
          `${cell}: ACC ${run.accuracy.toFixed(4)}, forgetting ${run.forgetting.toFixed(4)}, ${run.seconds.toFixed(0)} s`,
        );
      }

for (const dataSet of dataSets) {
  for (const sampler of chosen) {
    console.log(`\n### ${dataSet}, dreams from sampler \`${sampler}\`, seeds ${seeds.join(', ')}\n`);
    console.log('| encoder, p | ACC | forgetting | ACC − identity | p (Holm) |\n| --- | --- | --- | --- | --- |');
    const runs = (encoder) => seeds.map((seed) => finished.get(cellName(dataSet, sampler, encoder, seed)));
    const whole = encoders.filter((encoder) => runs(encoder).every((run) => run !== undefined));
    const of = (encoder, field) => runs(encoder).map((run) => run[field]);
    const others = whole.filter((encoder) => encoder !== 'identity' && whole.includes('identity'));
    const tests = others.map((encoder) => pairedTTest(of(encoder, 'accuracy'), of('identity', 'accuracy')));
    const corrected = holmAdjusted(tests.map((test) => test?.p ?? 1));
    for (const encoder of whole) {
      const at = others.indexOf(encoder);
      const difference = at < 0 ? ['', ''] : [signed(tests[at]?.difference ?? 0), corrected[at].toPrecision(2)];
      const cells = [encoder, spread(of(encoder, 'accuracy')), spread(of(encoder, 'forgetting')), ...difference];
      console.log(`| ${cells.join(' | ')} |`);
    }
  }
}

function cellName(dataSet, sampler, encoder, seed) {
  return `${dataSet} ${sampler} ${encoder} seed ${seed}`;
}

function measured(dataSet, sampler, encoder, seed) {
  const [name, p] = encoder.split(' ');
  const out = mkdtempSync(join(tmpdir(), 'encoder-grid-'));
  const changes = [
    `dataset=${dataSet}`,
    `memory.encoder=${name}`,
    ...(p === undefined ? [] : [`memory.p=${probability(p)}`]),
    ...samplers[sampler],
  ].flatMap((change) => ['--set', change]);
  try {
    const scenario = join(here, 'encoder-grid.yaml');
    const options = ['run', scenario, '--json', '--out', out, '--seed', String(seed), ...changes];
    const { metrics, timings } = JSON.parse(
      execFileSync(process.execPath, [command, ...options], { encoding: 'utf8' }),
    );
    return {
      accuracy: metrics.accuracyOverTasks.value,
      forgetting: metrics.forgetting.value,
      seconds: timings.seconds,
    };
  } finally {
    rmSync(out, { recursive: true });
  }
}

function probability(p) {
  const [from, to] = p.split('>');
  return to === undefined ? from : JSON.stringify({ from: Number(from), to: Number(to), over: 300 });
}

function spread(values) {
  const { mean, deviation } = meanInterval(values);
  return deviation === undefined ? mean.toFixed(4) : `${mean.toFixed(4)} ± ${deviation.toFixed(4)}`;
}

function signed(value) {
  return `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(4)}`;
}
