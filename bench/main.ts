/**
 * Measures reverie, next to PyTorch where that is installed. Prints medians with least and most of all rounds; never
 * passes or fails. `npm run bench -- [part ...] [--rounds N] [--keep]`; parts: steps, profile, dreams, start-up, tasks, paper; all
 * by default. Results go to bench/results/latest.json, with `--keep` also to a file that git keeps.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { measurePaperRun, measureStartUp, measureTaskCosts } from './measure-commands.js';
import { measureDreams } from './measure-dreams.js';
import { measureProfile } from './measure-profile.js';
import { measureSteps } from './steps/measure-steps.js';
import { networks, type NetworkName } from './steps/networks.js';
import {
  printDreams,
  printPaper,
  printProfile,
  printStartUp,
  printSteps,
  printTaskCosts,
  report,
} from './support/print.js';
import { thisMachine } from './support/machine.js';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { rounds: { type: 'string', default: '7' }, keep: { type: 'boolean', default: false } },
});
const rounds = Number(values.rounds);
const wanted = (part: string): boolean => positionals.length === 0 || positionals.includes(part);
const parts = ['steps', 'profile', 'dreams', 'start-up', 'tasks', 'paper'];
const unknown = positionals.find((part) => !parts.includes(part));
if (unknown !== undefined) throw new Error(`there is no part "${unknown}" to measure; known: ${parts.join(', ')}`);
if (!(Number.isInteger(rounds) && rounds >= 1)) throw new Error('--rounds must be a whole number of at least 1');

const results: Record<string, unknown> = { date: new Date().toISOString().slice(0, 10), machine: thisMachine() };
if (wanted('steps')) {
  const steps = await measureSteps({
    networks: Object.keys(networks) as NetworkName[],
    batches: [64, 128, 256],
    rounds,
    report,
  });
  results['steps'] = steps;
  results['ratios'] = ratiosOfDeepAutoencoder(steps);
  printSteps(steps);
}
if (wanted('profile')) printProfile((results['profile'] = await measureProfile()));
if (wanted('dreams')) printDreams((results['dreams'] = await measureDreams(rounds, report)));
if (wanted('start-up')) printStartUp((results['startUp'] = await measureStartUp(2 * rounds)));
if (wanted('tasks')) printTaskCosts((results['tasks'] = await measureTaskCosts()));
if (wanted('paper')) printPaper((results['paper'] = await measurePaperRun('rehearsal', 1)));
await save();

/** Medians of `ratios["ort/torch-fused"]["256"]` and so on, for whoever follows them over time. */
function ratiosOfDeepAutoencoder(
  steps: Awaited<ReturnType<typeof measureSteps>>,
): Record<string, Record<string, number>> {
  const ratios: Record<string, Record<string, number>> = {};
  for (const { network, batch, ratios: here } of steps) {
    if (network !== 'deep autoencoder') continue;
    for (const [pair, { median }] of Object.entries(here)) (ratios[pair] ??= {})[batch] = Number(median.toFixed(3));
  }
  return ratios;
}

/** What was measured this time and nothing else: date, machine and commit are those of every number in the file. */
async function save(): Promise<void> {
  const folder = new URL('results/', import.meta.url);
  await mkdir(folder, { recursive: true });
  const text = `${JSON.stringify(results, undefined, 2)}\n`;
  await writeFile(new URL('latest.json', folder), text);
  if (values.keep) await writeFile(new URL(`${String(results['date'])}-${thisMachine().commit}.json`, folder), text);
}
