import type { PaperRun, TaskCosts } from '../measure-commands.js';
import type { Profile } from '../measure-profile.js';
import type { StepTimes } from '../steps/measure-steps.js';
import { table, formatBytes, formatSeconds } from '../../src/report/page.js';
import type { Spread } from './statistics.js';

const page = { width: 160, colour: false };

/** What goes on, on stderr: stdout is for results. */
export function report(text: string): void {
  process.stderr.write(`  ${text}\n`);
}

function print(title: string, headings: readonly string[], rows: readonly (readonly string[])[]): void {
  process.stdout.write(`\n${title}\n${table(headings, rows, page)}\n`);
}

function spread({ median, min, max }: Spread, digits = 1): string {
  return `${median.toFixed(digits)} (${min.toFixed(digits)}–${max.toFixed(digits)})`;
}

export function printSteps(steps: readonly StepTimes[]): void {
  for (const network of new Set(steps.map((step) => step.network))) {
    const own = steps.filter((step) => step.network === network);
    const headings = ['', ...own.map(({ batch }) => `batch ${batch}`)];
    const rowsOf = (
      pick: (step: StepTimes) => Readonly<Record<string, Spread | undefined>>,
      digits: number,
    ): string[][] =>
      Object.keys(pick(own[0] ?? fail())).map((name) => [
        name,
        ...own.map((step) => {
          const found = pick(step)[name];
          return found === undefined ? '' : spread(found, digits);
        }),
      ]);
    print(
      `${network}: milliseconds of a training step, median (least–most)`,
      headings,
      rowsOf((s) => s.milliseconds, 1),
    );
    print(
      `${network}: ratios, round by round`,
      headings,
      rowsOf((s) => s.ratios, 2),
    );
  }
}

export function printProfile({ operators, run, products }: Profile): void {
  print(
    'deep autoencoder, batch 256, loss and gradients on ort: where the time goes',
    ['', 'milliseconds'],
    [
      ['loss and gradients', spread(run)],
      ['the matrix products alone', spread(products)],
      ...Object.entries(operators).map(([name, milliseconds]) => [`  ${name}`, milliseconds.toFixed(2)]),
    ],
  );
}

export function printDreams(rates: Readonly<Record<string, Spread>>): void {
  print(
    'dreams per second: walks of 8 jumps, labelled',
    ['engine', 'dreams/s'],
    Object.entries(rates).map(([name, rate]) => [name, spread(rate, 0)]),
  );
}

export function printStartUp(seconds: Readonly<Record<string, Spread>>): void {
  print(
    'start-up, seconds from the shell and back',
    ['command', 'seconds'],
    Object.entries(seconds).map(([name, value]) => [name, spread(value, 2)]),
  );
}

export function printTaskCosts({ seconds, liveBuffers, lastToFifth, peakBytes }: TaskCosts): void {
  const shown = [5, 10, 20, 30, 40, 50];
  print(
    `cost of a task, of 50; the last five cost ${lastToFifth.toFixed(2)} times what tasks 3 to 7 cost; peak memory ${formatBytes(peakBytes)}`,
    ['task', ...shown.map(String)],
    [
      ['seconds', ...shown.map((task) => (seconds[task - 1] ?? NaN).toFixed(2))],
      ['buffers', ...shown.map((task) => String(liveBuffers[task - 1] ?? ''))],
    ],
  );
}

export function printPaper({ learner, seed, accuracy, seconds, peakBytes }: PaperRun): void {
  print(
    'split-mnist-ascending, the whole command',
    ['learner', 'seed', 'ACC', 'time', 'peak memory'],
    [[learner, String(seed), accuracy.toFixed(4), formatSeconds(seconds), formatBytes(peakBytes)]],
  );
}

function fail(): never {
  throw new Error('no steps were measured');
}
