import { z } from 'zod';
import type { ConfusionCounts } from '../metrics/per-class.js';
import type { Measured } from '../metrics/measure.js';

/**
 * Everything measured so far in a run, as plain data. A checkpoint carries it, so that a resumed run ends with the
 * result of an uninterrupted one.
 */
export interface Progress {
  readonly measured: Measured;
  /** Test samples of each task so far. */
  readonly testSizes: readonly number[];
  /** After the last task that ended. */
  readonly confusion: ConfusionCounts;
  readonly timings: ProgressTimings;
}

/** Timings of all sessions so far; see {@link import('../core/result.js').Timings}. */
export interface ProgressTimings {
  readonly seconds: number;
  readonly learning: readonly number[];
  readonly evaluating: number;
  readonly peakMemoryMiB: number;
}

/** Before the first task. */
export const noProgress = (measured: Measured): Progress => ({
  measured,
  testSizes: [],
  confusion: { classes: [], counts: [] },
  timings: { seconds: 0, learning: [], evaluating: 0, peakMemoryMiB: 0 },
});

const count = z.int().nonnegative();
const share = z.number().min(0).max(1);

/** Checks that also a saved result needs. */
export const measuredParts = {
  classes: z.array(count),
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

export const progressSchema = z.object({
  measured: z.object({
    tasks: z.array(measuredParts.classes),
    rows: z.array(z.array(share)),
    anytime: measuredParts.anytime,
    dreams: measuredParts.dreams,
    replays: z.boolean(),
    footprint: measuredParts.footprint,
    warnings: measuredParts.warnings,
  }),
  testSizes: z.array(count),
  confusion: z.object({ classes: measuredParts.classes, counts: z.array(z.array(count)) }),
  timings: measuredParts.timings,
});
