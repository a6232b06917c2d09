import { InvalidArgumentError, Option } from 'commander';
import type { CompositionOptions } from '../di/composition.js';

/** The engine's own list of names would load the engine; the compiler makes sure that they are the same. */
const engineChoices = [
  'auto',
  'ort',
  'native',
  'wasm',
  'cpu',
] as const satisfies readonly CompositionOptions['engine'][];

export type EngineOption = (typeof engineChoices)[number];

export function engineOption(): Option {
  return new Option('--engine <name>', 'what computes; auto takes the fastest that loads')
    .choices([...engineChoices])
    .default('auto');
}

export function pluginOption(): Option {
  return repeatable('--plugin <file>', 'load a plug-in, .js or .ts, that brings parts of your own');
}

export function setOption(): Option {
  return repeatable('--set <path=value>', 'change the scenario, e.g. --set memory.options.latent=32');
}

export function dataDirOption(): Option {
  return new Option('--data-dir <folder>', "folder with the data set's files");
}

/** An option that may be given several times; its value is a list. */
export function repeatable(flags: string, description: string): Option {
  return new Option(flags, `${description} (repeatable)`)
    .argParser((value: string, earlier: readonly string[]) => [...earlier, value])
    .default([], 'none');
}

/** An option that counts something: a whole number from 1 to 100,000. */
export function countOption(flags: string, description: string, usual?: number): Option {
  const most = 100_000;
  const option = new Option(flags, description);
  if (usual !== undefined) option.default(usual);
  return option.argParser((text: string) => {
    const count = Number(text);
    if (!/^\d+$/.test(text) || count < 1 || count > most) {
      throw new InvalidArgumentError(`Expected a whole number from 1 to ${most}.`);
    }
    return count;
  });
}

export function workersOption(): Option {
  return countOption('--workers <n>', 'trials at a time; more than one run each in a process of its own', 1);
}

/** @throws InvalidArgumentError for anything but a whole number that a double holds exactly */
export function parseSeed(text: string): number {
  const seed = Number(text);
  if (!/^\d+$/.test(text) || !Number.isSafeInteger(seed)) {
    throw new InvalidArgumentError(`Expected a whole number from 0 to ${Number.MAX_SAFE_INTEGER}.`);
  }
  return seed;
}

/** `--seed`, once for each seed. */
export function seedsOption(): Option {
  return new Option('--seed <number>', "seed, instead of the scenario's (repeatable)").argParser(
    (text: string, earlier: readonly number[] | undefined) => [...new Set([...(earlier ?? []), parseSeed(text)])],
  );
}

/** The most seeds of one command: more than that is a slip of the keyboard. */
const mostSeeds = 1000;

/**
 * Seeds as a list and ranges, `1..5` or `1,3,7..9`; each once.
 *
 * @throws InvalidArgumentError for anything else
 */
export function parseSeeds(text: string): readonly number[] {
  const seeds = text.split(',').flatMap((part) => {
    const [from = '', to = from, ...rest] = part.trim().split('..');
    const [first, last] = [parseSeed(from), parseSeed(to)];
    if (rest.length > 0 || last < first || last - first >= mostSeeds) {
      throw new InvalidArgumentError(`Expected seeds such as 1..5 or 1,3,7, at most ${mostSeeds} of them.`);
    }
    return Array.from({ length: last - first + 1 }, (_, i) => first + i);
  });
  return [...new Set(seeds)];
}
