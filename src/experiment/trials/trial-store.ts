import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { messageOf, ReverieError } from '../../core/errors.js';
import { jsonDifference } from '../../core/json-difference.js';
import type { Json } from '../../core/snapshot.js';
import type { Trial } from '../../core/trial.js';
import { badOutput, writeAtomically } from '../../files/output-file.js';
import { makeDirectory } from '../../files/file-system.js';
import { isMissing, readGiven, type Expected } from '../../files/given-file.js';
import { prettyJson } from '../../files/exact-json.js';
import { directoryName } from '../numbered-directory.js';
import type { TrialKind } from './trial-kind.js';

/** Where the results of trials of a kind are kept, and what unfinished ones leave. */
export interface TrialStore<Result> {
  /**
   * What an earlier session left of a trial that it finished.
   *
   * @throws bad-data where it is damaged, bad-checkpoint where it is of other choices
   */
  find(trial: Trial): Promise<StoredTrial<Result> | undefined>;
  /** A directory to run a trial in that is not finished. @throws bad-output */
  open(trial: Trial): Promise<TrialDirectory<Result>>;
}

/** A finished trial. */
export interface StoredTrial<Result> {
  readonly path: string;
  readonly result: Result;
}

/** The directory of one trial. */
export interface TrialDirectory<Result> {
  readonly path: string;
  /** Whether an earlier session began the trial here, from which it goes on. */
  readonly resume: boolean;
  /** Keeps the result: at every moment there is the whole of it, or none. @throws bad-output */
  save(result: Result): Promise<void>;
}

const version = 1;

const expected: Expected = {
  maxBytes: 16 * 1024 ** 2,
  what: 'the result of a trial',
  remedy: 'delete it, and the trial is run again',
};

/**
 * Keeps trials as `<folder>/<variant>-<seed>/result.json`, each with its specification, so that a result of other choices
 * is refused instead of mixed in. What else a trial leaves in its directory is there again when it is opened the next time.
 */
export function trialFolder<Spec, Event, Result>(
  folder: string,
  kind: TrialKind<Spec, Event, Result>,
): TrialStore<Result> {
  const schema = z.object({
    version: z.literal(version),
    kind: z.literal(kind.name),
    variant: z.string(),
    seed: z.number(),
    spec: z.custom<Json>((value) => value !== undefined, 'expected the specification of a trial'),
    digest: z.string(),
    result: kind.result,
  });
  const directoryOf = ({ variant, seed }: Trial): string => join(folder, directoryName(`${variant}-${seed}`));
  return {
    async find(trial) {
      const path = directoryOf(trial);
      const file = join(path, 'result.json');
      const content = await readJson(file);
      if (content === undefined) return undefined;
      const parsed = schema.safeParse(content);
      if (!parsed.success) {
        const [issue] = parsed.error.issues;
        const problem = `${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}`;
        throw new ReverieError(
          'bad-data',
          `${file} is no result of a ${kind.name}: ${problem}; delete it, and the trial is run again`,
        );
      }
      if (parsed.data.digest !== trial.digest) {
        throw new ReverieError(
          'bad-checkpoint',
          `${file} was made with other choices than those given now, ${difference(parsed.data, trial)}; go on without ` +
            '--resume, or with the choices that it was made with',
        );
      }
      return { path, result: parsed.data.result };
    },
    async open(trial) {
      const path = directoryOf(trial);
      const resume = await exists(path);
      await makeDirectory(path).catch((error: unknown) => {
        throw badOutput(path, error);
      });
      return {
        path,
        resume,
        async save(result) {
          // Results are plain data; whoever writes the text refuses what is none.
          const text = prettyJson({ version, ...trial, result: kind.result.parse(result) as Json });
          await writeAtomically(join(path, 'result.json'), (file) => file.writeFile(text));
        },
      };
    },
  };
}

async function exists(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined)) !== undefined;
}

/** Undefined where there is no file. */
async function readJson(file: string): Promise<unknown> {
  try {
    return JSON.parse((await readGiven(file, expected)).toString('utf8')) as unknown;
  } catch (error) {
    if (isMissing(error)) return undefined;
    if (error instanceof ReverieError) throw error;
    const problem = `${file}: ${messageOf(error)}; delete it, and the trial is run again`;
    throw new ReverieError('bad-data', problem, { cause: error });
  }
}

type Choices = Pick<Trial, 'spec' | 'seed'>;

/** The first thing in which two trials differ, e.g. `plan.teacher.epochs: 20 there, 10 here`. */
function difference(there: Choices, here: Choices): string {
  if (there.seed !== here.seed) return `seed: ${there.seed} there, ${here.seed} here`;
  return jsonDifference(there.spec, here.spec) ?? 'in nothing that can be shown';
}
