import { z } from 'zod';
import { ReverieError } from '../core/errors.js';
import type { RandomState } from '../core/random.js';
import type { Json, Snapshot } from '../core/snapshot.js';
import type { Shape } from '../core/tensor.js';
import { progressSchema } from './progress.js';
import type { Progress } from './progress.js';

/** What a run must have in common with a checkpoint to go on from it. */
export interface CheckpointIdentity {
  readonly scenarioDigest: string;
  readonly learner: string;
  readonly seed: number;
  /** Name of the engine. */
  readonly engine: string;
  /** Version of reverie. */
  readonly reverie: string;
}

/** The state of a run between two tasks: all that its future depends on, and all that its past has shown. */
export interface Checkpoint {
  readonly version: typeof checkpointVersion;
  readonly identity: CheckpointIdentity;
  /** Task that was learnt last, from 1. */
  readonly task: number;
  readonly learner: Snapshot;
  readonly random: Readonly<Record<string, RandomState>>;
  readonly progress: Progress;
  /** What it takes to make the learner anew without its data. Absent from checkpoints of earlier days. */
  readonly madeFrom?: MadeFrom | undefined;
}

/** What a learner was made from. */
export interface MadeFrom {
  /** The scenario as it is run; see {@link import('./run-setup.js').RunSetup}. */
  readonly configuration: Json;
  /** Shape of one sample. */
  readonly sampleShape: Shape;
}

/** Version of {@link Checkpoint}. It grows when a field changes its meaning or goes. */
export const checkpointVersion = 1;

const schema = z.object({
  version: z.literal(checkpointVersion),
  identity: z.object({
    scenarioDigest: z.string(),
    learner: z.string(),
    seed: z.number(),
    engine: z.string(),
    reverie: z.string(),
  }),
  task: z.int().positive(),
  learner: z.custom<Json>((value) => value !== undefined),
  random: z.record(z.string(), z.array(z.number())),
  progress: progressSchema,
  madeFrom: z
    .object({
      configuration: z.custom<Json>((value) => value !== undefined),
      sampleShape: z.array(z.int().positive()),
    })
    .optional(),
});

/** A checkpoint as it is written to a file: the learner's tensors apart, everything else as JSON. */
export function packCheckpoint({ learner, progress, madeFrom, ...rest }: Checkpoint): Snapshot {
  return {
    json: {
      ...rest,
      identity: { ...rest.identity },
      learner: learner.json,
      // Progress is data without optional fields; its interface only lacks the index signature of a JSON object.
      progress: progress as unknown as Json,
      ...(madeFrom === undefined ? {} : { madeFrom: { ...madeFrom } }),
    },
    tensors: learner.tensors,
  };
}

/**
 * The checkpoint in what {@link packCheckpoint} gave.
 *
 * @param path the file it is from, for the message
 * @param advice what the reader of an error should do
 * @throws ReverieError `bad-checkpoint` where it has another version, lacks something, or contradicts itself
 */
export function unpackCheckpoint({ json, tensors }: Snapshot, path: string, advice: string): Checkpoint {
  const version = z.object({ version: z.number() }).safeParse(json);
  if (version.success && version.data.version !== checkpointVersion) {
    throw new ReverieError(
      'bad-checkpoint',
      `${path} has checkpoint version ${version.data.version}, but this reverie reads version ${checkpointVersion}; ` +
        'resume with the reverie that wrote it, or start without --resume',
    );
  }
  const parsed = schema.safeParse(json);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    const what = issue === undefined ? '' : ` at ${issue.path.join('.') || 'the top'}: ${issue.message}`;
    throw new ReverieError('bad-checkpoint', `${path} is no proper checkpoint${what}; ${advice}`);
  }
  const { learner, ...rest } = parsed.data;
  const { measured, testSizes, confusion } = rest.progress;
  const lengths = [measured.tasks.length, measured.rows.length, testSizes.length];
  const square = measured.rows.every((row, i) => row.length === i + 1);
  const counted = confusion.counts.length === confusion.classes.length;
  if (lengths.some((length) => length !== rest.task) || !square || !counted) {
    throw new ReverieError(
      'bad-checkpoint',
      `${path} contradicts itself on what was measured in ${rest.task} tasks; ${advice}`,
    );
  }
  return { ...rest, learner: { json: learner, tensors } };
}

const descriptions: Readonly<Record<keyof CheckpointIdentity, string>> = {
  scenarioDigest: 'scenario (by its digest)',
  learner: 'learner',
  seed: 'seed',
  engine: 'engine',
  reverie: 'version of reverie',
};

/**
 * Makes sure that a checkpoint belongs to the run that wants to go on from it.
 *
 * @throws ReverieError `bad-checkpoint` naming what differs and both values
 */
export function checkIdentity(path: string, found: CheckpointIdentity, wanted: CheckpointIdentity): void {
  for (const key of Object.keys(descriptions) as (keyof CheckpointIdentity)[]) {
    if (found[key] !== wanted[key]) {
      throw new ReverieError(
        'bad-checkpoint',
        `${path} is of another run: its ${descriptions[key]} is ${JSON.stringify(found[key])}, but this run's is ` +
          `${JSON.stringify(wanted[key])}; resume with what it was made with, or start without --resume`,
      );
    }
  }
}
