import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { messageOf, ReverieError } from '../core/errors.js';
import { samplingStudyVersion, type SamplingStudy, type StudyCell } from '../core/sampling-study.js';
import type { Json } from '../core/snapshot.js';
import { writeAtomically } from '../experiment/atomic-write.js';
import { badOutput, isSystemError } from '../experiment/bad-output.js';
import { exactJson, prettyJson } from '../experiment/exact-json.js';
import { makeDirectory } from '../experiment/make-directory.js';

/** No honest cell is this large. */
const maxBytes = 16 * 1024 ** 2;

/** Keeps what is finished of a study, so that it can go on after an interruption. */
export interface CellStore {
  /** The cell of this name, where it was finished by a study with the same choices. @throws bad-checkpoint, bad-data */
  read(name: string): Promise<StudyCell | undefined>;
  /** @throws bad-output */
  write(cell: StudyCell): Promise<void>;
  /** Writes `result.json`. @throws bad-output */
  finish(study: SamplingStudy): Promise<void>;
}

const share = z.number().min(0).max(1);
const cellSchema = z.object({
  version: z.literal(samplingStudyVersion),
  identity: z.custom<Json>((value) => value !== undefined, 'expected the choices of the study'),
  cell: z.object({
    name: z.string(),
    title: z.string(),
    paper: share,
    accuracy: share,
    curve: z.array(share).min(1),
    memoryLosses: z.array(z.number()),
    walks: z.array(
      z.object({
        lambda: z.number().min(0),
        jumps: z.int().min(2),
        collect: z.enum(['noisy', 'reconstruction']),
        curve: z.array(share).min(1),
      }),
    ),
    seconds: z.number().nonnegative(),
  }),
});

/**
 * The cells of a study as files `cells/<name>.json` in its directory, each complete at every moment.
 *
 * @param identityOf all that decides what comes out of the cell of this name: one of other choices is refused, not mixed in
 */
export function cellFolder(directory: string, identityOf: (name: string) => Json): CellStore {
  const folder = join(directory, 'cells');
  const fileOf = (name: string): string => join(folder, `${name}.json`);
  return {
    async read(name) {
      const file = fileOf(name);
      const content = await readJson(file);
      if (content === undefined) return undefined;
      const parsed = cellSchema.safeParse(content);
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
    async write(cell) {
      await makeDirectory(folder).catch((error: unknown) => {
        throw badOutput(folder, error);
      });
      const text = prettyJson({ version: samplingStudyVersion, identity: identityOf(cell.name), cell: cellJson(cell) });
      await writeAtomically(fileOf(cell.name), (file) => file.writeFile(text));
    },
    async finish(study) {
      const text = prettyJson({ ...study, cells: study.cells.map(cellJson) });
      await writeAtomically(join(directory, 'result.json'), (file) => file.writeFile(text));
    },
  };
}

function cellJson({ walks, ...cell }: StudyCell): { readonly [key: string]: Json } {
  return { ...cell, walks: walks.map((walk) => ({ ...walk })) };
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
