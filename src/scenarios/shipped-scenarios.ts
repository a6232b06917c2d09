import { access, readFile, readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ReverieError } from '../core/errors.js';
import { closest } from '../core/suggestion.js';
import { stdinPath } from './scenario-text.js';

/** The package's own scenarios; the same from `src` and from `dist`. */
const folder = fileURLToPath(new URL('../../scenarios/', import.meta.url));

export interface ShippedScenario {
  readonly name: string;
  readonly description: string;
  readonly path: string;
}

/** What a file is for: `reverie run`, or `reverie represent`, whose names begin with it. */
export type ScenarioKind = 'run' | 'represent';

const prefix = 'represent-';

/** The scenarios of a kind that come with the package, by name. */
export async function shippedScenarios(kind: ScenarioKind = 'run'): Promise<readonly ShippedScenario[]> {
  const { parse } = await import('yaml');
  return Promise.all(
    (await shippedNames(kind)).map(async (name) => {
      const path = join(folder, `${name}.yaml`);
      const content: unknown = parse(await readFile(path, 'utf8'));
      const described = typeof content === 'object' && content !== null && 'description' in content;
      return { name, description: described ? String(content.description) : '', path };
    }),
  );
}

/**
 * The path of the scenario file that a person means: a file that there is, `-` for standard input, or else a shipped
 * scenario by its name.
 *
 * @throws ReverieError `unknown-name` when there is neither
 */
export async function resolveScenario(argument: string, kind: ScenarioKind = 'run'): Promise<string> {
  if (argument === stdinPath) return argument;
  const names = await shippedNames(kind);
  if (names.includes(argument)) return join(folder, `${argument}.yaml`);
  const exists = await access(argument).then(
    () => true,
    () => false,
  );
  if (exists && argument !== '') return argument;
  const other = kind === 'run' ? 'represent' : 'run';
  if ((await shippedNames(other)).includes(argument)) {
    throw new ReverieError(
      'unknown-name',
      `scenario "${argument}" is one for "reverie ${other}"; known here: ${names.join(', ')}`,
    );
  }
  const meant = closest(basename(argument).replace(/\.ya?ml$/, ''), names);
  throw new ReverieError(
    'unknown-name',
    `scenario "${argument}" is neither a file nor one that comes with reverie; known: ${names.join(', ')}` +
      (meant === undefined ? '; give one of them or the path of a file' : `; did you mean "${meant}"?`),
  );
}

async function shippedNames(kind: ScenarioKind): Promise<readonly string[]> {
  const files = await readdir(folder);
  return files
    .filter((file) => file.endsWith('.yaml') && file.startsWith(prefix) === (kind === 'represent'))
    .map((file) => basename(file, '.yaml'))
    .sort();
}
