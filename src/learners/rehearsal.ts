import { iterationsFor, type Experience } from '../core/experience.js';
import type { DreamsDrawn, LearnerEvent } from '../core/events.js';
import type { Footprint } from '../core/footprint.js';
import type { Learner, Predictions } from '../core/learner.js';
import type { Dreams, Memory } from '../core/memory.js';
import { combine, part, type Snapshot } from '../core/snapshot.js';
import { countsOf, topClasses } from '../core/teacher.js';
import type { TrainedFunction } from '../core/trained-function.js';
import { ReverieError } from '../core/errors.js';
import { Classifier, type ClassifierBatch, type ClassifierOptions } from './classifier.js';
import type { LearnerContext } from './context.js';
import type { Distillation } from './distillation.js';
import { memoryBatch } from './memory-batch.js';
import { mixedBatch } from './mixed-batch.js';
import { meanOf } from './real-batch.js';
import { reusedArray } from './reused-array.js';
import { trainingLoop } from './training-loop.js';

/** Van de Ven & Tolias distil soft labels at T = 2. */
export interface RehearsalOptions extends Omit<ClassifierOptions, 'width'>, Distillation {
  /** Dreams per optimiser step; by default as many as there are new samples. */
  readonly dreams?: number | undefined;
  /** Share, in (0, 1], of a step's new samples and dreams that the memory trains on; the classifier trains on all. */
  readonly memoryShare: number;
  /** The memory trains at every so many steps, the first included; the classifier at each. */
  readonly memoryEvery: number;
}

/** Dreams looked at to tell how healthy they are. */
const checked = 1000;

/** All that a step trains on. */
interface Prepared {
  readonly dreams: Dreams | undefined;
  readonly batch: ClassifierBatch;
}

/**
 * Pseudo-rehearsal: each step trains the classifier, and the memory itself, on a batch of new samples and a batch of
 * fresh dreams labelled by the classifier of the end of the last task. At task t the new samples weigh 1/t and the
 * dreams 1 − 1/t. No real sample outlives its task but those that the memory says it stores.
 *
 * Dreams come from frozen copies, so that nothing but the classifier's own steps depends on its last one: where the
 * engine has a companion, the classifier trains there, while the memory trains and dreams of the next step here.
 */
export class Rehearsal implements Learner {
  readonly #classifier: Classifier;
  /** Two, to take turns: the next step's batch is prepared while this step's trains. */
  readonly #batchArrays = [reusedArray(), reusedArray()] as const;
  readonly #memoryArray = reusedArray();

  constructor(
    private readonly options: RehearsalOptions,
    private readonly context: LearnerContext,
    readonly memory: Memory,
  ) {
    const { engine, random, width } = context;
    this.#classifier = new Classifier(
      engine.companion?.() ?? engine,
      { ...options, width },
      random.stream('classifier'),
    );
  }

  async *learn(experience: Experience): AsyncGenerator<LearnerEvent, void, undefined> {
    const { plan, random, engine } = this.context;
    const { train, index: task } = experience;
    this.#classifier.grow(experience.newClasses, iterationsFor(plan, train.size));
    let ahead: Prepared | undefined;
    yield* trainingLoop(experience, train, plan, random.stream('batches'), async ({ rows, iteration, next }) => {
      const { dreams, batch } = ahead ?? (await this.#prepare(experience, rows, iteration));
      const training = this.#classifier.train(batch);
      const meanwhile = async (): Promise<Readonly<Record<string, number>>> => {
        const losses = await this.#trainMemory(experience, rows, iteration, dreams);
        ahead = next === undefined ? undefined : await this.#prepare(experience, next, iteration + 1);
        return losses;
      };
      // An engine alone does one thing after the other.
      if (engine.companion === undefined) await training;
      const [rowLosses, losses] = await Promise.all([training, meanwhile()]);
      const fresh = { new: meanOf(rowLosses, 0, rows.length), ...losses };
      return dreams === undefined ? fresh : { ...fresh, replay: meanOf(rowLosses, rows.length) };
    });
    const before = await this.memory.dream(checked);
    if (before !== undefined) yield { ...dreamsDrawn(task, before), teacherAgreement: await this.#agreement(before) };
    await this.memory.consolidate(train, this.#classifier.freeze(engine));
    yield { type: 'memory-consolidated', task, bytes: this.memory.bytes() };
    const after = await this.memory.dream(checked);
    if (after !== undefined) yield dreamsDrawn(task, after);
  }

  predict(features: Float32Array, count: number): Promise<Predictions> {
    return this.#classifier.predict(features, count);
  }

  async save(): Promise<Snapshot> {
    return combine({ classifier: this.#classifier.save(), memory: await this.memory.save() });
  }

  async restore(snapshot: Snapshot): Promise<void> {
    const [classifier, memory] = [part(snapshot, 'classifier'), part(snapshot, 'memory')];
    if (classifier === undefined || memory === undefined) {
      throw new ReverieError(
        'bad-checkpoint',
        'the saved learner lacks its classifier or memory; the checkpoint is not usable',
      );
    }
    this.#classifier.restore(classifier);
    const teacher = this.#classifier.classes.length > 0 ? this.#classifier.freeze(this.context.engine) : undefined;
    await this.memory.restore(memory, teacher);
  }

  async trainedFunctions(): Promise<readonly TrainedFunction[]> {
    return [this.#classifier.trainedFunction(), ...((await this.memory.trainedFunctions?.()) ?? [])];
  }

  footprint(): Footprint {
    const { memory } = this;
    return {
      memoryBytes: memory.bytes(),
      statisticsBytes: memory.statisticsBytes?.() ?? 0,
      storedSamples: memory.storedSamples?.() ?? 0,
    };
  }

  dispose(): void {
    this.#classifier.dispose();
    this.memory.dispose();
  }

  async #prepare({ index: task, train }: Experience, rows: Uint32Array, iteration: number): Promise<Prepared> {
    const dreams = await this.memory.dream(this.options.dreams ?? rows.length);
    const featuresOf = this.#batchArrays[iteration % 2 === 0 ? 0 : 1];
    return { dreams, batch: mixedBatch(train, rows, dreams, this.#classifier.classes, task, this.options, featuresOf) };
  }

  /** A step of the memory, where this is one of the steps at which it trains; gives its loss. */
  async #trainMemory(
    { index: task, train }: Experience,
    rows: Uint32Array,
    iteration: number,
    dreams: Dreams | undefined,
  ): Promise<Readonly<Record<string, number>>> {
    const { memoryShare, memoryEvery } = this.options;
    if ((iteration - 1) % memoryEvery !== 0) return {};
    return { memory: await this.memory.train(memoryBatch(train, rows, dreams, task, memoryShare, this.#memoryArray)) };
  }

  /** Share of dreams to which the classifier gives the teacher's first choice. */
  async #agreement({ features, logits, classes, count }: Dreams): Promise<number> {
    const wanted = topClasses(logits, classes, count);
    const { labels: predicted } = await this.#classifier.predict(features, count);
    return predicted.filter((label, i) => label === wanted[i]).length / count;
  }
}

function dreamsDrawn(task: number, { count, classes, logits, acceptance, noiseScale }: Dreams): DreamsDrawn {
  const histogram = countsOf(topClasses(logits, classes, count), classes);
  return {
    ...{ type: 'dreams-drawn', task, count, classes, histogram },
    ...(acceptance === undefined ? {} : { acceptance }),
    ...(noiseScale === undefined ? {} : { noiseScale }),
  };
}
