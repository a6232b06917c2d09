import { samplingStudyVersion, type SamplingStudy, type StudyCell, type StudyWalk } from './sampling-result.js';
import { RandomStreams } from '../../core/random.js';
import { EventLoopYielder } from '../../experiment/event-loop-yielder.js';
import { Autoencoder } from '../../memory/autoencoders/autoencoder.js';
import { denseAutoencoder, logOdds } from '../../memory/autoencoders/dense-autoencoder.js';
import { shuffledBatches } from '../../core/batches.js';
import { dreamBatches, noiseBatches, realBatches, type BatchSource, type Teach } from './batch-sources.js';
import { cellsOf, type Cell } from './cells.js';
import { learningRate, SigmoidClassifier } from './sigmoid-classifier.js';
import { accuracyOf, smoothedMeans, studyData, type StudyData } from './study-data.js';
import type { StudyEvent, TrainingEvent } from './study-events.js';
import { cellSession } from '../cell-session.js';
import { planJson, type StudySetup } from './study-setup.js';
import { tableOne } from './table-one.js';
import { trainStage, type Stage } from './training-stage.js';
import type { MemoryPlan } from './study-plan.js';
import { stagesOf, totalWork, type PlannedStage } from './planned-stages.js';

/**
 * A study from its start, or from what is finished of it, to its result. Whoever pulls its events decides its pace, and ends
 * it by `return`. Each cell draws from streams of its own, so that which others are made changes nothing of it.
 */
export async function* samplingSession(
  setup: StudySetup,
  signal: AbortSignal,
): AsyncGenerator<StudyEvent, void, undefined> {
  const { store, plan, clock } = setup;
  const data = studyData(setup.dataset, setup.validate);
  const cells = cellsOf(tableOne[setup.table], plan, setup.only);
  let workshop: Workshop | undefined;
  let [taught, teaching]: [readonly number[], number] = [[], 0];
  try {
    yield* cellSession<Cell, StudyCell, SamplingStudy, TrainingEvent>(
      {
        store,
        planned: cells,
        title: ({ title }) => title,
        prepare: async function* (missing) {
          workshop = new Workshop(setup, data, stagesOf(missing, plan, data), signal);
          const began = clock();
          if (missing.some(({ kind }) => kind !== 'real')) taught = yield* workshop.teach();
          teaching = (clock() - began) / 1000;
        },
        make: async function* (cell) {
          if (workshop === undefined) throw new Error('the workshop is set up before the first cell');
          const start = clock();
          const made = cell.kind === 'teacher' ? withoutMemory(taught) : yield* workshop.make(cell);
          if (signal.aborted) return undefined;
          const seconds = cell.kind === 'teacher' ? teaching : (clock() - start) / 1000;
          const { name, title, paper } = cell;
          return { name, title, paper, accuracy: made.curve.at(-1) ?? 0, ...made, seconds };
        },
        study: (made) => ({
          version: samplingStudyVersion,
          table: setup.table,
          dataset: setup.dataset.name,
          budget: setup.budget,
          measuredOn: data.measuredOn,
          seed: setup.seed,
          engine: setup.engine.name,
          versions: { ...setup.versions, ...setup.engine.versions },
          configuration: planJson(plan),
          cells: made,
        }),
      },
      signal,
    );
  } finally {
    workshop?.dispose();
  }
}

/** What a cell's training led to. */
type Made = Pick<StudyCell, 'curve' | 'memoryLosses' | 'walks'>;

function withoutMemory(curve: readonly number[]): Made {
  return { curve, memoryLosses: [], walks: [] };
}

/** Trains the networks of a study. */
class Workshop {
  readonly #random: RandomStreams;
  readonly #yielder: EventLoopYielder;
  readonly #total: number;
  #done = 0;
  #teacher: SigmoidClassifier | undefined;

  constructor(
    private readonly setup: StudySetup,
    private readonly data: StudyData,
    private readonly stages: readonly PlannedStage[],
    private readonly signal: AbortSignal,
  ) {
    this.#random = new RandomStreams(setup.seed);
    this.#yielder = new EventLoopYielder(setup.clock);
    this.#total = totalWork(stages);
  }

  /** Trains the ground truth classifier; gives its curve. */
  async *teach(): AsyncGenerator<TrainingEvent, readonly number[], undefined> {
    const { batch } = this.setup.plan.teacher;
    const { train, classes } = this.data;
    this.#teacher = this.#classifier('ground-truth');
    const source = realBatches(train, classes, batch, this.#random.stream('ground-truth/batches'));
    return yield* this.#trainClassifier('ground-truth', this.#teacher, source, batch);
  }

  /** Trains what a cell needs, and then the classifier whose accuracy is the cell. */
  async *make(cell: Cell): AsyncGenerator<TrainingEvent, Made, undefined> {
    const { batch } = this.setup.plan.student;
    const { train, classes } = this.data;
    if (cell.kind === 'memory') return yield* this.#makeMemory(cell.name, cell.memory);
    const draws = this.#random.stream(`${cell.name}/samples`);
    const source =
      cell.kind === 'real'
        ? realBatches(train, classes, batch, draws)
        : noiseBatches(train.width, this.#teach, batch, draws);
    return withoutMemory(yield* this.#trainStudent(cell.name, source));
  }

  dispose(): void {
    this.#teacher?.dispose();
  }

  async *#makeMemory(name: string, plan: MemoryPlan): AsyncGenerator<TrainingEvent, Made, undefined> {
    const { engine } = this.setup;
    const { train } = this.data;
    const { hidden, latent, activation, noise: denoising, batch, outputBias } = plan;
    const options = {
      width: train.width,
      hidden,
      latent,
      activation,
      codeActivation: activation,
      denoising,
      learningRate,
      ...(outputBias === 'mean' && { outputBias: logOdds(smoothedMeans(train)) }),
    };
    const autoencoder = new Autoencoder(engine, denseAutoencoder(options), this.#random.stream(`${name}/autoencoder`));
    try {
      const batches = shuffledBatches(train, batch, this.#random.stream(`${name}/batches`));
      const weights = new Float32Array(batch).fill(1 / batch);
      const memoryLosses = yield* this.#train(name, 'memory', () => {
        const x = new Float32Array(batch * train.width);
        train.copyRows(batches.next().value.rows, x);
        return autoencoder.train(batch, x, x, weights);
      });
      const memory = autoencoder.with(autoencoder.trainer.variables);
      const walks: StudyWalk[] = [];
      for (const walk of plan.walks) {
        // Not by their place: a walk that stands in a list of others comes to the same as alone.
        const own = `${name}/λ=${walk.lambda},R=${walk.jumps},${walk.collect}`;
        const options = { walks: this.setup.plan.student.batch, ...walk };
        const source = dreamBatches(memory, this.#teach, options, this.#random.stream(`${own}/samples`));
        walks.push({ ...walk, curve: yield* this.#trainStudent(name, source, own) });
        if (this.signal.aborted) break;
      }
      const last = ({ curve }: StudyWalk): number => curve.at(-1) ?? 0;
      const best = walks.reduce((a, b) => (last(b) > last(a) ? b : a));
      return { curve: best.curve, memoryLosses, walks };
    } finally {
      autoencoder.dispose();
    }
  }

  /** @param own whose streams it draws from */
  async *#trainStudent(
    cell: string,
    source: BatchSource,
    own = cell,
  ): AsyncGenerator<TrainingEvent, readonly number[], undefined> {
    const classifier = this.#classifier(own);
    try {
      return yield* this.#trainClassifier(cell, classifier, source, this.setup.plan.student.batch);
    } finally {
      classifier.dispose();
    }
  }

  #trainClassifier(
    cell: string,
    classifier: SigmoidClassifier,
    source: BatchSource,
    batch: number,
  ): AsyncGenerator<TrainingEvent, readonly number[], undefined> {
    const { measured, classes } = this.data;
    const kind = cell === 'ground-truth' ? 'teacher' : 'student';
    const logits = classifier.logits.bind(classifier);
    const step = async (): Promise<number> => {
      const { features, targets } = (await source.next()).value;
      return classifier.train(batch, features, targets);
    };
    return this.#train(cell, kind, step, () => accuracyOf(logits, measured, classes));
  }

  /** Trains a stage that was planned, telling how far the whole study is; ends early where it is stopped. */
  async *#train(
    cell: string,
    kind: Stage['kind'],
    step: Stage['step'],
    measure?: Stage['measure'],
  ): AsyncGenerator<TrainingEvent, readonly number[], undefined> {
    const planned = this.stages.find((stage) => stage.cell === cell && stage.kind === kind);
    if (planned === undefined) throw new Error(`the ${kind} of ${cell} was not planned`);
    const { epochs, steps, work } = planned;
    const stage = trainStage({ cell, kind, epochs, steps, step, ...(measure === undefined ? {} : { measure }) });
    for (;;) {
      const next = await stage.next();
      if (next.done === true) return next.value;
      const event = next.value;
      if (event.type === 'step-trained') {
        this.#done += work;
        yield { ...event, done: this.#done / this.#total };
      } else yield event;
      await this.#yielder.yieldToEventLoop();
      if (this.signal.aborted) return [];
    }
  }

  readonly #teach: Teach = (features, count) => {
    if (this.#teacher === undefined) throw new Error('the ground truth classifier is trained before it teaches');
    return this.#teacher.probabilities(features, count);
  };

  #classifier(own: string): SigmoidClassifier {
    const { engine, plan } = this.setup;
    const { train, classes } = this.data;
    const { hidden, initialisation } = plan;
    const options = { width: train.width, hidden, initialisation, classes: classes.length };
    return new SigmoidClassifier(engine, options, this.#random.stream(`${own}/classifier`));
  }
}
