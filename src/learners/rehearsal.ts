import type { Experience } from '../core/experience.js';
import type { DreamsDrawn, LearnerEvent } from '../core/events.js';
import type { Footprint, Learner } from '../core/learner.js';
import type { Dreams, Memory } from '../core/memory.js';
import { combine, part, type Snapshot } from '../core/snapshot.js';
import { firstChoices } from '../core/labeller.js';
import type { TrainedFunction } from '../core/trained-function.js';
import { ReverieError } from '../core/errors.js';
import { Classifier, type ClassifierOptions } from './classifier.js';
import type { LearnerContext } from './context.js';
import { memoryBatch } from './memory-batch.js';
import { mixedBatch } from './mixed-batch.js';
import { meanOf } from './real-batch.js';
import { trainingLoop } from './training-loop.js';

export interface RehearsalOptions extends Omit<ClassifierOptions, 'width'> {
  /** T ≥ 1 of the soft labels; van de Ven & Tolias distil at 2. */
  readonly temperature: number;
  /** Dreams per optimiser step; by default as many as there are new samples. */
  readonly dreams?: number | undefined;
  /** Share, in (0, 1], of a step's new samples and dreams that the memory trains on; the classifier trains on all. */
  readonly memoryShare: number;
  /** The memory trains at every so many steps, the first included; the classifier at each. */
  readonly memoryEvery: number;
}

/** Dreams looked at to tell how healthy they are. */
const checked = 1000;

/**
 * Pseudo-rehearsal: each step trains the classifier, and the memory itself, on a batch of new samples and a batch of
 * fresh dreams labelled by the classifier of the end of the last task. At task t the new samples weigh 1/t and the
 * dreams 1 − 1/t. No real sample outlives its task.
 */
export class Rehearsal implements Learner {
  readonly #classifier: Classifier;

  constructor(
    private readonly options: RehearsalOptions,
    private readonly context: LearnerContext,
    private readonly memory: Memory,
  ) {
    const { engine, random, width } = context;
    this.#classifier = new Classifier(engine, { ...options, width }, random.stream('classifier'));
  }

  async *learn(experience: Experience): AsyncGenerator<LearnerEvent, void, undefined> {
    const { plan, random } = this.context;
    const { train, task } = experience;
    this.#classifier.grow(experience.classes);
    yield* trainingLoop(experience, train, plan, random.stream('batches'), (rows, iteration) =>
      this.#step(experience, rows, iteration),
    );
    const before = await this.memory.dream(checked);
    if (before !== undefined) yield { ...dreamsDrawn(task, before), teacherAgreement: await this.#agreement(before) };
    await this.memory.consolidate(train, this.#classifier.freeze());
    yield { type: 'memory-consolidated', task, bytes: this.memory.bytes() };
    const after = await this.memory.dream(checked);
    if (after !== undefined) yield dreamsDrawn(task, after);
  }

  predict(features: Float32Array, count: number): Promise<Int32Array> {
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
    const teacher = this.#classifier.classes.length > 0 ? this.#classifier.freeze() : undefined;
    await this.memory.restore(memory, teacher);
  }

  async trainedFunctions(): Promise<readonly TrainedFunction[]> {
    return [this.#classifier.trainedFunction(), ...((await this.memory.trainedFunctions?.()) ?? [])];
  }

  footprint(): Footprint {
    return { memoryBytes: this.memory.bytes(), storedSamples: 0 };
  }

  dispose(): void {
    this.#classifier.dispose();
    this.memory.dispose();
  }

  async #step(
    { task, train }: Experience,
    rows: Uint32Array,
    iteration: number,
  ): Promise<Readonly<Record<string, number>>> {
    const { temperature, memoryShare, memoryEvery } = this.options;
    const dreams = await this.memory.dream(this.options.dreams ?? rows.length);
    const batch = mixedBatch(train, rows, dreams, this.#classifier.classes, task, temperature);
    const rowLosses = await this.#classifier.train(batch);
    const memory =
      (iteration - 1) % memoryEvery === 0
        ? { memory: await this.memory.train(memoryBatch(train, rows, dreams, task, memoryShare)) }
        : {};
    const losses = { new: meanOf(rowLosses, 0, rows.length), ...memory };
    return dreams === undefined ? losses : { ...losses, replay: meanOf(rowLosses, rows.length) };
  }

  /** Share of dreams to which the classifier gives the teacher's first choice. */
  async #agreement({ features, logits, classes, count }: Dreams): Promise<number> {
    const wanted = firstChoices(logits, classes, count);
    const predicted = await this.#classifier.predict(features, count);
    return predicted.filter((label, i) => label === wanted[i]).length / count;
  }
}

function dreamsDrawn(task: number, { count, classes, logits }: Dreams): DreamsDrawn {
  const chosen = firstChoices(logits, classes, count);
  const histogram = classes.map((label) => chosen.filter((choice) => choice === label).length);
  return { type: 'dreams-drawn', task, count, classes, histogram };
}
