import { z } from 'zod';
import type { Json } from '../core/snapshot.js';

const count = z.int().nonnegative();
const share = z.number().min(0).max(1);
const json = z.custom<Json>((value) => value !== undefined, 'expected the scenario as it was run');

/** The parts of a run's state that stand in its result as they are. */
export const statePieces = {
  classes: z.array(count),
  confusion: z.object({ classes: z.array(count), counts: z.array(z.array(count)) }),
  anytime: z.array(z.object({ task: count, iteration: count, accuracy: share })),
  dreams: z.array(
    z.object({
      task: count,
      count,
      classes: z.array(count),
      histogram: z.array(count),
      teacherAgreement: share.nullable(),
      acceptance: z.object({ proposed: count, accepted: count }).exactOptional(),
      noiseScale: z.object({ lambda: z.number().nonnegative(), divergence: z.number() }).exactOptional(),
    }),
  ),
  footprint: z.object({
    memoryBytes: z.number().nonnegative(),
    statisticsBytes: z.number().nonnegative().exactOptional(),
    storedSamples: count,
  }),
  warnings: z.array(z.object({ code: z.string(), message: z.string() })),
  timings: z.object({
    seconds: z.number(),
    learning: z.array(z.number()),
    evaluating: z.number(),
    peakMemoryMiB: z.number(),
  }),
};

/** What a run is, in the order in which a result has it. */
export const descriptionPieces = {
  scenario: z.string(),
  scenarioDigest: z.string(),
  configuration: json,
  learner: z.string(),
  seed: z.number(),
  engine: z.string(),
  versions: z.record(z.string(), z.string()),
  inputs: z.record(z.string(), z.string()).exactOptional(),
  origin: z
    .object({ run: z.string(), scenarioDigest: z.string(), seed: z.number(), after: z.int().positive() })
    .exactOptional(),
};

/** A {@link import('./reduce-run.js').RunState} of a run that has begun, as a checkpoint carries it. */
export const runStateSchema = z.object({
  description: z.object({ run: z.string(), ...descriptionPieces, tasks: count.exactOptional() }),
  sampleShape: z.array(z.int().positive()),
  tasks: z.array(statePieces.classes),
  testSizes: z.array(z.int().positive()),
  rows: z.array(z.array(share)),
  future: z.array(z.array(z.object({ accuracy: share, chance: share }))).exactOptional(),
  anytime: statePieces.anytime,
  dreams: statePieces.dreams,
  replays: z.boolean(),
  footprint: statePieces.footprint,
  confusion: statePieces.confusion,
  warnings: statePieces.warnings,
  timings: statePieces.timings,
});
