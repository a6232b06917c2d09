import { z } from 'zod';
import { ReverieError } from '../core/errors.js';
import type { SampleDescription } from '../core/sample-scale.js';
import type { RandomState } from '../core/random.js';
import type { Timings } from '../core/result.js';
import type { Json, StateSnapshot } from '../core/snapshot.js';
import { identityDifference, type RunIdentity } from './run-identity.js';
import { runStateSchema, statePieces } from './run-state-schema.js';

/** Where in a run a checkpoint was taken. */
export interface CheckpointPlace {
  /** Index of the experience, from 1. */
  readonly task: number;
  /** Iterations of that task that were taken; absent at its end. */
  readonly iteration?: number;
}

/** The state of a run that has begun; see {@link import('./reduce-run.js').RunState}. */
export type CheckpointState = z.output<typeof runStateSchema>;

/** The state of a run between two steps: all that its future depends on, and all that its past has shown. */
export interface Checkpoint extends CheckpointPlace {
  readonly version: typeof checkpointVersion;
  readonly learner: StateSnapshot;
  readonly random: Readonly<Record<string, RandomState>>;
  readonly state: CheckpointState;
  /** What the learner was given samples of; absent where nothing is known but their shape. */
  readonly samples?: SampleDescription;
  /** Until now; within a task the last entry of `learning` is of that task. */
  readonly timings: Timings;
}

/** Version of {@link Checkpoint}. It grows when a field changes its meaning or goes. */
export const checkpointVersion = 2;

const sampleDescription = z.object({
  scale: z
    .object({
      shape: z.array(z.int().positive()),
      offset: z.array(z.number()).min(1),
      range: z.array(z.number().nonnegative()).min(1),
      clipped: z.boolean(),
    })
    .exactOptional(),
  classNames: z.record(z.string(), z.string()).exactOptional(),
});

const schema = z.object({
  version: z.literal(checkpointVersion),
  task: z.int().positive(),
  iteration: z.int().positive().exactOptional(),
  learner: z.custom<Json>((value) => value !== undefined),
  random: z.record(z.string(), z.array(z.number())),
  state: runStateSchema,
  samples: sampleDescription.exactOptional(),
  timings: statePieces.timings,
});

/** `after task 3`, or `in task 4 after iteration 200`. */
export function placeText({ task, iteration }: CheckpointPlace): string {
  return iteration === undefined ? `after task ${task}` : `in task ${task} after iteration ${iteration}`;
}

/** A checkpoint as it is written to a file: the learner's tensors apart, everything else as JSON. */
export function packCheckpoint({ learner, ...rest }: Checkpoint): StateSnapshot {
  // A checkpoint is data; its interface only lacks the index signature of a JSON object.
  return { json: { ...(rest as unknown as { [key: string]: Json }), learner: learner.json }, tensors: learner.tensors };
}

/**
 * The checkpoint in what {@link packCheckpoint} gave.
 *
 * @param path the file it is from, for the message
 * @param advice what the reader of an error should do
 * @throws ReverieError `bad-checkpoint` where it has another version, lacks something, or contradicts itself
 */
export function unpackCheckpoint({ json, tensors }: StateSnapshot, path: string, advice: string): Checkpoint {
  const version = z.object({ version: z.number() }).safeParse(json);
  if (version.success && version.data.version !== checkpointVersion) {
    throw new ReverieError(
      'bad-checkpoint',
      `${path} has checkpoint version ${version.data.version}, but this reverie reads version ${checkpointVersion}; ` +
        'use it with the reverie that wrote it, or run the scenario again without --resume',
    );
  }
  const parsed = schema.safeParse(json);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    const what = issue === undefined ? '' : ` at ${issue.path.join('.') || 'the top'}: ${issue.message}`;
    throw new ReverieError('bad-checkpoint', `${path} is no proper checkpoint${what}; ${advice}`);
  }
  const { learner, ...rest } = parsed.data;
  const { tasks, rows, testSizes, confusion } = rest.state;
  const ended = rest.iteration === undefined ? rest.task : rest.task - 1;
  const grows = rows.every((row, i) => row.length >= (rows[i - 1]?.length ?? 0) && row.length <= testSizes.length);
  const counted = confusion.counts.length === confusion.classes.length;
  if (tasks.length !== rest.task || rows.length !== ended || !grows || !counted) {
    throw new ReverieError(
      'bad-checkpoint',
      `${path} contradicts itself on what was measured ${placeText(rest)}; ${advice}`,
    );
  }
  return { ...rest, learner: { json: learner, tensors } };
}

/**
 * Makes sure that a checkpoint belongs to the run that wants to go on from it.
 *
 * @throws ReverieError `bad-checkpoint` naming what differs and both values
 */
export function checkIdentity(path: string, found: RunIdentity, wanted: RunIdentity): void {
  const difference = identityDifference(found, wanted);
  if (difference === undefined) return;
  throw new ReverieError(
    'bad-checkpoint',
    `${path} is of another run: ${difference}; resume with what it was made with, or start without --resume`,
  );
}
