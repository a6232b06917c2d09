import type { output, ZodType } from 'zod';
import { batchSizeFor, iterationsFor, type Experience } from '../core/experience.js';
import { shuffledBatches, type BatchRows } from '../core/batches.js';
import type { Samples } from '../core/dataset.js';
import { ReverieError } from '../core/errors.js';
import type { LearnerEvent } from '../core/events.js';
import type { Footprint } from '../core/footprint.js';
import type { LearnControl, Learner, PredictionQuery, Predictions } from '../core/learner.js';
import type { DreamSource } from '../core/memory.js';
import { definePart, type NamedPart } from '../core/part.js';
import type { RandomState, RandomStream } from '../core/random.js';
import { combine, isRecord, part, type Snapshot } from '../core/snapshot.js';
import type { TrainedFunction } from '../core/trained-function.js';
import type { LearnerContext } from './context.js';
import { TaskClasses } from './task-classes.js';

/** Something that is part of a checkpoint. */
export interface Stateful {
  save(): Snapshot | Promise<Snapshot>;
  restore(snapshot: Snapshot): void | Promise<void>;
}

/** Losses of a step, by name. */
export type Losses = Readonly<Record<string, number>>;

/** What a step is given. */
export interface Step {
  readonly experience: Experience;
  /** What is trained on, as {@link Strategy.samplesFor} gives it. */
  readonly samples: Samples;
  /** Rows of {@link samples}. */
  readonly rows: Uint32Array;
  /** Which step of the experience this is, from 1. */
  readonly iteration: number;
  /** Rows of the next step, for what can be prepared meanwhile; undefined where nothing may be. */
  readonly next: Uint32Array | undefined;
}

/** Steps of one experience. */
export interface Schedule {
  readonly iterations: number;
  /** At least so many. */
  readonly batches: Iterator<BatchRows>;
}

/**
 * What makes one continual learner different from another. The kit does the rest: it takes the steps, emits the events,
 * saves and restores within experiences and between them, answers, exports, and disposes.
 */
export interface Strategy {
  /** All that a checkpoint must hold, by name; restored in this order, which is also that of disposal where they can be. */
  readonly state: Readonly<Record<string, Stateful>>;
  /** What answers, and is exported. */
  readonly model: AnsweringModel;
  /** Whether it can be saved between two steps; true unless it says otherwise. */
  readonly savesWithinExperience?: boolean;
  /** For others to look at its dreams. */
  readonly memory?: DreamSource;
  /** The samples that steps are taken on; those of the experience unless given. */
  samplesFor?(experience: Experience): Samples | Promise<Samples>;
  /** Its own steps in place of those that the training plan gives; undefined where these are to be taken. */
  schedule?(samples: Samples): Schedule | undefined;
  /** Before the first step of an experience. */
  before?(experience: Experience, iterations: number): void | Promise<void>;
  step(step: Step): Promise<Losses>;
  /** After the last step; what it yields becomes events. */
  after?(experience: Experience): AsyncIterable<LearnerEvent>;
  /** What it keeps for the sake of earlier experiences. */
  footprint(): Footprint;
  reattach?(experience: Experience): void;
  /** What its memory has to export in addition to the model. */
  moreFunctions?(): Promise<readonly TrainedFunction[]>;
  dispose(): void;
}

export interface AnsweringModel {
  predict(features: Float32Array, count: number, query?: PredictionQuery): Promise<Predictions>;
  trainedFunction(): TrainedFunction | Promise<TrainedFunction>;
}

/** Options of a part, as its schema gives them. */
type OptionsOf<Schema extends ZodType> = output<Schema>;

/** Describes a learner that is made of a strategy: a part that scenarios name and plug-ins bring. */
export function defineLearner<Schema extends ZodType>(learner: {
  /** One sentence, for `reverie list`. */
  readonly summary: string;
  readonly options: Schema;
  readonly create: (options: OptionsOf<Schema>, context: LearnerContext) => Strategy | Promise<Strategy>;
}): NamedPart<LearnerContext, Learner> {
  return definePart({
    summary: learner.summary,
    options: learner.options,
    create: async (options: OptionsOf<Schema>, context: LearnerContext): Promise<Learner> =>
      new StrategyLearner(await learner.create(options, context), context),
  });
}

/** Where in an experience a learner is. */
interface Within {
  readonly iteration: number;
  /** State of the stream of batches when the experience began. */
  readonly began: RandomState;
}

class StrategyLearner implements Learner {
  readonly #strategy: Strategy;
  readonly #context: LearnerContext;
  readonly #random: RandomStream;
  readonly savesWithinExperience: boolean;
  readonly memory?: DreamSource;
  #within: Within | undefined;
  readonly #tasks = new TaskClasses();

  constructor(strategy: Strategy, context: LearnerContext) {
    this.#strategy = strategy;
    this.#context = context;
    this.#random = context.random.stream('batches');
    this.savesWithinExperience = strategy.savesWithinExperience ?? true;
    if (strategy.memory !== undefined) this.memory = strategy.memory;
  }

  async *learn(experience: Experience, control?: LearnControl): AsyncGenerator<LearnerEvent, void, undefined> {
    const strategy = this.#strategy;
    const task = experience.index;
    this.#tasks.add(experience);
    const samples = (await strategy.samplesFor?.(experience)) ?? experience.train;
    const resumed = this.#within;
    if (resumed !== undefined) this.#random.restore(resumed.began);
    const began = this.#random.save();
    const { iterations, batches } = strategy.schedule?.(samples) ?? this.#planned(samples);
    if (resumed === undefined) await strategy.before?.(experience, iterations);
    let openEpoch = 0;
    let upcoming = rowsOf(batches);
    for (let iteration = 1; iteration <= iterations; iteration++) {
      const { rows, epoch, endsEpoch } = upcoming;
      if (iteration < iterations) upcoming = rowsOf(batches);
      const ends = endsEpoch || iteration === iterations;
      // What was done before the checkpoint: its rows are drawn again, for the draws after them.
      if (iteration < (resumed?.iteration ?? 0)) {
        openEpoch = epoch;
        continue;
      }
      if (iteration !== resumed?.iteration) {
        if (epoch !== openEpoch) yield { type: 'epoch-started', task, epoch };
        const saved = control?.checkpointAfter(iteration) === true;
        const next = iteration < iterations && !saved ? upcoming.rows : undefined;
        const losses = await strategy.step({ experience, samples, rows, iteration, next });
        this.#within = { iteration, began };
        yield { type: 'batch-trained', task, iteration, iterations, losses };
      }
      openEpoch = epoch;
      if (ends) yield { type: 'epoch-ended', task, epoch };
    }
    this.#within = undefined;
    if (strategy.after !== undefined) yield* strategy.after(experience);
  }

  /** Of a sample whose task is told, the class among those of the task. */
  async predict(features: Float32Array, count: number, query: PredictionQuery = {}): Promise<Predictions> {
    return this.#tasks.among(await this.#strategy.model.predict(features, count, query), query);
  }

  async save(): Promise<Snapshot> {
    const parts: Record<string, Snapshot> = { tasks: this.#tasks.save() };
    if (this.#within !== undefined) parts['within'] = { json: { ...this.#within }, tensors: {} };
    for (const [name, one] of Object.entries(this.#strategy.state)) parts[name] = await one.save();
    return combine(parts);
  }

  async restore(snapshot: Snapshot): Promise<void> {
    this.#within = withinOf(part(snapshot, 'within'));
    this.#tasks.restore(part(snapshot, 'tasks') ?? { json: {}, tensors: {} });
    for (const [name, one] of Object.entries(this.#strategy.state)) {
      const saved = part(snapshot, name);
      if (saved === undefined) {
        throw new ReverieError('bad-checkpoint', `the saved learner lacks its ${name}; the checkpoint is not usable`);
      }
      await one.restore(saved);
    }
  }

  reattach(experience: Experience): void {
    this.#strategy.reattach?.(experience);
  }

  async trainedFunctions(): Promise<readonly TrainedFunction[]> {
    return [await this.#strategy.model.trainedFunction(), ...((await this.#strategy.moreFunctions?.()) ?? [])];
  }

  footprint(): Footprint {
    return this.#strategy.footprint();
  }

  dispose(): void {
    this.#strategy.dispose();
  }

  #planned(samples: Samples): Schedule {
    const { plan } = this.#context;
    const { size } = samples;
    return {
      iterations: iterationsFor(plan, size),
      batches: shuffledBatches(samples, batchSizeFor(plan, size), this.#random),
    };
  }
}

function rowsOf(batches: Iterator<BatchRows>): BatchRows {
  const next = batches.next();
  if (next.done === true) throw new Error('a schedule gives as many batches as it has iterations');
  return next.value;
}

function withinOf(saved: Snapshot | undefined): Within | undefined {
  if (saved === undefined) return undefined;
  const { iteration, began } = isRecord(saved.json) ? saved.json : {};
  const state = Array.isArray(began) ? began.filter((value): value is number => typeof value === 'number') : [];
  if (typeof iteration === 'number' && state.length > 0) return { iteration, began: state };
  throw new ReverieError(
    'bad-checkpoint',
    'the saved learner does not say where in its task it was; the checkpoint is not usable',
  );
}
