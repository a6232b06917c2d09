// Takes the accuracies of finished runs over to docs/studies/figures.json, and prints them as a table next to what
// was published.
//
//   npx reverie run split-mnist-paper --seeds 1..5 --out runs && node --import tsx bench/collect-figures.ts runs
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { meanInterval } from 'reverie';
import { figuresFile, keptFigures, publishedFigures } from './support/figures.js';

interface Finished {
  readonly scenario: string;
  readonly learner: string;
  readonly seed: number;
  readonly metrics: Readonly<Record<string, { readonly value: number }>>;
}

const [folder = 'runs'] = process.argv.slice(2);
const found = new Map<string, Map<number, number>>();
for (const name of (await readdir(folder)).sort()) {
  const text = await readFile(join(folder, name, 'result.json'), 'utf8').catch(() => undefined);
  if (text === undefined) continue;
  const { scenario, learner, seed, metrics } = JSON.parse(text) as Finished;
  const key = JSON.stringify([scenario, learner]);
  const seeds = found.get(key) ?? new Map<number, number>();
  found.set(key, seeds.set(seed, metrics['accuracyOverTasks']?.value ?? NaN));
}

const kept = new Map(
  (await keptFigures()).map((figure) => [JSON.stringify([figure.scenario, figure.learner]), figure]),
);
for (const [key, bySeed] of found) {
  const [scenario = '', learner = ''] = JSON.parse(key) as string[];
  const runs = [...bySeed].sort(([a], [b]) => a - b);
  const [seeds, accuracies] = [runs.map(([seed]) => seed), runs.map(([, accuracy]) => accuracy)];
  kept.set(key, { scenario, learner, seeds, accuracies });
}
const figures = [...kept.values()].sort((a, b) => a.scenario.localeCompare(b.scenario));
await writeFile(figuresFile, `${JSON.stringify(figures, undefined, 1)}\n`);

console.log('| scenario | learner | ACC, mean ± SD | seeds | published |\n| --- | --- | --- | --- | --- |');
const published = await publishedFigures();
for (const { scenario, learner, accuracies } of figures) {
  const { mean = NaN, deviation } = meanInterval(accuracies) ?? {};
  const spread = deviation === undefined ? mean.toFixed(4) : `${mean.toFixed(4)} ± ${deviation.toFixed(4)}`;
  const there = published[scenario]?.figures[learner]?.toFixed(3) ?? '';
  console.log(`| \`${scenario}\` | \`${learner}\` | ${spread} | ${accuracies.length} | ${there} |`);
}
