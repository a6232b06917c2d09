import { z } from 'zod';
import { printable } from '../core/printable.js';
import { ReverieError, messageOf } from '../core/errors.js';
import type { RunObserver } from '../core/observer.js';
import { resultVersion } from '../core/result.js';
import type { RunResult } from '../core/result.js';
import { readGiven, type Expected } from '../files/given-file.js';
import { writeAtomically } from '../files/output-file.js';
import { metricValues } from '../metrics/metric-values.js';
import { prettyJson } from '../files/exact-json.js';
import { descriptionPieces, statePieces } from './run-state-schema.js';

/** Size limit: a result of a thousand tasks is a tenth of this. */
const maxBytes = 256 * 1024 ** 2;
const expected: Expected = { maxBytes, what: 'a result that a run wrote', remedy: 'run the scenario again' };

/** Results of this version differ in the names of their metrics, which are computed again. */
const namesOfBefore = 1;

const accuracy = z.number().min(0).max(1);
const matrix = z
  .array(z.array(accuracy.nullable()))
  .refine(
    (rows) =>
      rows.every(
        (row, i) =>
          row.length === rows[0]?.length &&
          row.every((value, j) => value !== null || (rows[i - 1]?.[j] ?? null) === null),
      ),
    'expected rows of one length, and in each column numbers from the first one on',
  );

/** The order of the keys here is their order in the file. */
export const resultSchema = z
  .object({
    version: z.literal(resultVersion),
    ...descriptionPieces,
    tasks: z.array(statePieces.classes),
    accuracyMatrix: matrix,
    testSizes: z.array(z.int().positive()),
    future: z
      .object({ accuracyMatrix: z.array(z.array(accuracy.nullable())), chance: z.array(accuracy.nullable()) })
      .exactOptional(),
    metrics: z.record(z.string(), z.object({ value: z.number(), definition: z.string() })),
    perClassAccuracy: z.array(z.object({ class: z.int(), accuracy })),
    confusion: statePieces.confusion.exactOptional(),
    anytime: statePieces.anytime,
    dreams: statePieces.dreams,
    footprint: statePieces.footprint,
    warnings: statePieces.warnings,
    timings: statePieces.timings,
  })
  .refine(
    ({ tasks, accuracyMatrix, testSizes }) =>
      tasks.length === accuracyMatrix.length && (accuracyMatrix[0]?.length ?? 0) === testSizes.length,
    'expected a row of the accuracy matrix for each task, and a column for each test size',
  );

/** The text of `result.json`: always the same keys in the same order, one a line. */
export function resultText(result: RunResult): string {
  return prettyJson(resultSchema.parse(result));
}

/**
 * Writes a result, atomically.
 *
 * @throws ReverieError `bad-output` where the file system refuses
 */
export async function writeResult(path: string, result: RunResult): Promise<void> {
  const text = resultText(result);
  await writeAtomically(path, (file) => file.writeFile(text));
}

/**
 * Reads a result and makes sure that it is one. That of version 1 is given as of the present version.
 *
 * @throws ReverieError `bad-data` where the file cannot be read, is no result, or has another version
 */
export async function readResult(path: string): Promise<RunResult> {
  const fail = (problem: string, cause?: unknown): ReverieError =>
    new ReverieError('bad-data', `${path}: ${problem}`, { cause });
  let content: unknown;
  try {
    content = JSON.parse((await readGiven(path, expected)).toString('utf8'));
  } catch (error) {
    if (error instanceof ReverieError) throw error;
    throw fail(`${printable(messageOf(error), 200)}; it is not JSON; run the scenario again`, error);
  }
  const version = z.object({ version: z.number() }).safeParse(content);
  const earlier = version.success && version.data.version === namesOfBefore;
  if (version.success && version.data.version !== resultVersion && !earlier) {
    throw fail(
      `has version ${version.data.version}, but this reverie reads version ${resultVersion}; read it with the reverie ` +
        'that wrote it, or run the scenario again',
    );
  }
  const parsed = resultSchema.safeParse(earlier ? { ...(content as object), version: resultVersion } : content);
  if (parsed.success) return earlier ? { ...parsed.data, metrics: metricValues(parsed.data) } : parsed.data;
  const issue = parsed.error.issues[0];
  const place = issue === undefined || issue.path.length === 0 ? '' : `${issue.path.join('.')}: `;
  throw fail(`is no result: ${place}${issue?.message ?? 'not of the right form'}; run the scenario again`);
}

/**
 * Writes the result of a run when it is completed, before anybody hears of it.
 *
 * @throws ReverieError `bad-output` where the file system refuses
 */
export function resultFile(path: string): RunObserver {
  return {
    async observe(event) {
      if (event.type === 'run-completed') await writeResult(path, event.result);
    },
  };
}
