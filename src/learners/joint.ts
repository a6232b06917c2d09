import type { Samples } from '../core/dataset.js';
import { iterationsFor, type Experience } from '../core/experience.js';
import type { LearnerEvent } from '../core/events.js';
import type { Footprint } from '../core/footprint.js';
import type { Learner, Predictions } from '../core/learner.js';
import type { Snapshot } from '../core/snapshot.js';
import type { TrainedFunction } from '../core/trained-function.js';
import { Classifier, type ClassifierOptions } from './classifier.js';
import type { LearnerContext } from './context.js';
import { meanOf, realBatch } from './real-batch.js';
import { trainingLoop } from './training-loop.js';
import { unitedSamples } from './united-samples.js';

/** Trains at each task on the data of all tasks so far, which it keeps: the upper bound. */
export class Joint implements Learner {
  readonly #classifier: Classifier;
  #kept: readonly Samples[] = [];

  constructor(
    options: Omit<ClassifierOptions, 'width'>,
    private readonly context: LearnerContext,
  ) {
    const { engine, random, width } = context;
    this.#classifier = new Classifier(engine, { ...options, width }, random.stream('classifier'));
  }

  async *learn(experience: Experience): AsyncGenerator<LearnerEvent, void, undefined> {
    const { plan, random } = this.context;
    this.reattach(experience);
    const all = unitedSamples(this.#kept);
    this.#classifier.grow(experience.newClasses, iterationsFor(plan, all.size));
    yield* trainingLoop(experience, all, plan, random.stream('batches'), async ({ rows }) => ({
      new: meanOf(await this.#classifier.train(realBatch(all, rows, this.#classifier.classes))),
    }));
  }

  reattach({ train }: Experience): void {
    this.#kept = [...this.#kept, train];
  }

  predict(features: Float32Array, count: number): Promise<Predictions> {
    return this.#classifier.predict(features, count);
  }

  save(): Promise<Snapshot> {
    return Promise.resolve(this.#classifier.save());
  }

  restore(snapshot: Snapshot): Promise<void> {
    this.#classifier.restore(snapshot);
    return Promise.resolve();
  }

  trainedFunctions(): Promise<readonly TrainedFunction[]> {
    return Promise.resolve([this.#classifier.trainedFunction()]);
  }

  /** Samples are counted at one byte a value, the least that would hold an image. */
  footprint(): Footprint {
    const storedSamples = this.#kept.reduce((total, { size }) => total + size, 0);
    return { memoryBytes: storedSamples * this.context.width, storedSamples };
  }

  dispose(): void {
    this.#classifier.dispose();
  }
}
