import { createHash } from 'node:crypto';
import type { ZodType } from 'zod';
import { canonicalJson, toJson } from '../../core/canonical-json.js';
import { ReverieError } from '../../core/errors.js';
import type { Trial } from '../../core/trial.js';

/** What a trial is run with, apart from what decides its outcome. */
export interface TrialContext {
  /** Its own directory, for what it keeps on the way: checkpoints, an event log. It is there. */
  readonly directory: string;
  /** Whether to go on from what an earlier session left in the directory. */
  readonly resume: boolean;
  /** Aborted where the trial is to stop after its present step. */
  readonly signal: AbortSignal;
}

/** A number that trials of a kind are compared by. */
export interface Measurement {
  readonly name: string;
  readonly value: number;
  /** What exactly it is: the same name hides different formulas in the field. */
  readonly definition: string;
}

/** How trials of a kind are run, and what comes of them. Events and results are plain data, fit to cross to a process. */
export interface TrialKind<Spec, Event, Result> {
  readonly name: string;
  readonly spec: ZodType<Spec>;
  readonly result: ZodType<Result>;
  /**
   * Runs a trial. Whoever pulls its events decides its pace, and ends it by `return`.
   *
   * @returns its result; undefined where it was stopped by the context's signal
   */
  run(spec: Spec, seed: number, context: TrialContext): AsyncGenerator<Event, Result | undefined, undefined>;
  measurements(result: Result): readonly Measurement[];
  /** Whether an event is one of thousands, such as a training step: of these some ten a second cross to another process. */
  isFrequent?(event: Event): boolean;
}

/**
 * A trial of a kind, with its digest.
 *
 * @throws bad-usage where the specification is none of this kind, or holds what JSON cannot say
 */
export function trialOf<Spec>(
  kind: Pick<TrialKind<Spec, unknown, unknown>, 'name' | 'spec'>,
  { variant, seed, spec }: { readonly variant: string; readonly seed: number; readonly spec: Spec },
): Trial {
  const parsed = kind.spec.safeParse(spec);
  const json = toJson(parsed.data);
  if (json === undefined) {
    const issue = parsed.error?.issues[0];
    const problem = issue === undefined ? 'it holds what JSON cannot say' : `${issue.path.join('.')}: ${issue.message}`;
    throw new ReverieError('bad-usage', `the specification of "${variant}" is none of a ${kind.name}: ${problem}`);
  }
  const text = canonicalJson({ kind: kind.name, spec: json, seed });
  return { kind: kind.name, variant, seed, spec: json, digest: createHash('sha256').update(text).digest('hex') };
}

/** What a trial is called in a message: `rehearsal, seed 3`. */
export function trialTitle({ variant, seed }: Pick<Trial, 'variant' | 'seed'>): string {
  return `${variant}, seed ${seed}`;
}
