import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { messageOf, ReverieError } from '../core/errors.js';
import type { Json } from '../core/snapshot.js';
import { badOutput, writeAtomically } from '../files/output-file.js';
import { isSystemError, makeDirectory } from '../files/file-system.js';
import { exactJson, prettyJson } from '../files/exact-json.js';

/** No honest cell is this large. */
const maxBytes = 16 * 1024 ** 2;

/** Keeps what is finished of a study, so that it can go on after an interruption. */
export interface CellStore<Cell, Study> {
  /** The cell of this name, where it was finished by a study with the same choices. @throws bad-checkpoint, bad-data */
  read(name: string): Promise<Cell | undefined>;
  /** @throws bad-output */
  write(cell: Cell): Promise<void>;
  /** Writes `result.json`. @throws bad-output */
  finish(study: Study): Promise<void>;
}

/** What the cells of a kind of study look like in a file. */
export interface CellFormat<Cell> {
  /** Of the study's result; cells of another are not read. */
  readonly version: number;
  readonly cell: z.ZodType<Cell>;
}

/**
 * The cells of a study as files `cells/<name>.json` in its directory, each complete at every moment.
 *
 * Cells and studies are plain data; a value in them that JSON cannot hold, say NaN, is a TypeError when they are written.
 *
 * @param identityOf all that decides what comes out of the cell of this name: one of other choices is refused, not mixed in
 */
export function cellFolder<Cell extends { readonly name: string }, Study extends { readonly version: number }>(
  directory: string,
  { version, cell }: CellFormat<Cell>,
  identityOf: (name: string) => Json,
): CellStore<Cell, Study> {
  const schema = z.object({
    version: z.literal(version),
    identity: z.custom<Json>((value) => value !== undefined, 'expected the choices of the study'),
    cell,
  });
  const folder = join(directory, 'cells');
  const fileOf = (name: string): string => join(folder, `${name}.json`);
  return {
    async read(name) {
      const file = fileOf(name);
      const content = await readJson(file);
      if (content === undefined) return undefined;
      const parsed = schema.safeParse(content);
      if (!parsed.success) {
        const [issue] = parsed.error.issues;
        throw new ReverieError(
          'bad-data',
          `${file} is no cell of a study: ${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}; delete it, and it is made again`,
        );
      }
      const identity = identityOf(name);
      if (exactJson(parsed.data.identity) !== exactJson(identity)) {
        throw new ReverieError(
          'bad-checkpoint',
          `${file} was made with other choices than those given now, ${difference(parsed.data.identity, identity)}; go on ` +
            'without --resume, or with the choices that it was made with',
        );
      }
      return parsed.data.cell;
    },
    async write(made) {
      await makeDirectory(folder).catch((error: unknown) => {
        throw badOutput(folder, error);
      });
      const text = prettyJson({ version, identity: identityOf(made.name), cell: asJson(made) });
      await writeAtomically(fileOf(made.name), (file) => file.writeFile(text));
    },
    async finish(study) {
      const text = prettyJson(asJson(study));
      await writeAtomically(join(directory, 'result.json'), (file) => file.writeFile(text));
    },
  };
}

/** An interface is never a `Json` to the compiler; whoever writes the text refuses what is none. */
function asJson(data: object): Json {
  return data as Json;
}

async function readJson(file: string): Promise<unknown> {
  try {
    const { size } = await stat(file);
    if (size > maxBytes) {
      throw new ReverieError(
        'bad-data',
        `${file} has ${size} bytes, expected a cell of at most ${maxBytes}; delete it`,
      );
    }
    return JSON.parse(await readFile(file, 'utf8')) as unknown;
  } catch (error) {
    if (isSystemError(error) && error.code === 'ENOENT') return undefined;
    if (error instanceof ReverieError) throw error;
    throw new ReverieError('bad-data', `${file}: ${messageOf(error)}; delete it, and it is made again`, {
      cause: error,
    });
  }
}

/** The first thing in which two pieces of JSON differ, e.g. `plan.teacher.epochs: 20 there, 10 here`. */
function difference(there: Json | undefined, here: Json | undefined, path = ''): string {
  const [a, b] = [entriesOf(there), entriesOf(here)];
  if (a !== undefined && b !== undefined) {
    for (const key of new Set([...Object.keys(a), ...Object.keys(b)])) {
      if (text(a[key]) !== text(b[key])) return difference(a[key], b[key], path === '' ? key : `${path}.${key}`);
    }
  }
  return `${path}: ${text(there)} there, ${text(here)} here`;
}

function text(json: Json | undefined): string {
  return json === undefined ? 'nothing' : exactJson(json);
}

function entriesOf(json: Json | undefined): Readonly<Record<string, Json>> | undefined {
  return typeof json === 'object' && json !== null ? (json as Readonly<Record<string, Json>>) : undefined;
}
