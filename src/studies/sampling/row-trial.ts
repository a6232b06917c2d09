import { z } from 'zod';
import { shuffledBatches } from '../../core/batches.js';
import { RandomStreams } from '../../core/random.js';
import type { TensorMap } from '../../core/tensor.js';
import type { Engine } from '../../engine/engine.js';
import { sigmoidCrossEntropy } from '../../engine/losses.js';
import { initialisations } from '../../engine/networks/initial.js';
import { DenseClassifier } from '../../engine/training/dense-classifier.js';
import { EventLoopYielder } from '../../experiment/event-loop-yielder.js';
import type { TrialKind } from '../../experiment/trials/trial-kind.js';
import { Autoencoder } from '../../memory/autoencoders/autoencoder.js';
import { denseAutoencoder, logOdds } from '../../memory/autoencoders/dense-autoencoder.js';
import {
  trainEpochs,
  type EpochMeasured,
  type EpochReport,
  type StepTrained,
} from '../../representation/fitting/train-epochs.js';
import {
  dreamBatches,
  noiseBatches,
  realBatches,
  accuracyOf,
  smoothedMeans,
  studyData,
  type BatchSource,
  type StudyData,
} from './study-data.js';
import { groundSpec, remembered, type GroundSpec, type StudyServices } from '../study-services.js';
import { rowResult, walkPlan, type RowResult, type SamplingWalk } from './sampling-result.js';
import { rowWork, stagesOf, type Stage, type StageKind } from './stage-work.js';
import type { MemoryPlan, StudyPlan, TableRow } from './study-plan.js';

/** Adam's α for all networks of the paper (section IV-D); β = (0.9, 0.999) is Adam's default. */
const learningRate = 0.001;

/** A step or an epoch of one of a row's networks, and how much of the row's work is done: in [0, 1], an estimate. */
export type RowEvent = (StepTrained | EpochMeasured) & { readonly stage: StageKind; readonly done: number };

/** A row of Table I, with all that decides what comes of it. */
export interface RowSpec extends GroundSpec, Pick<StudyPlan, 'hidden' | 'initialisation' | 'teacher' | 'student'> {
  readonly row: string;
  readonly kind: TableRow['kind'];
  /** Of a row of this kind. */
  readonly memory?: MemoryPlan | undefined;
}

const count = z.int().min(1);

const rowSpec: z.ZodType<RowSpec> = z.object({
  ...groundSpec,
  row: z.string(),
  kind: z.enum(['teacher', 'real', 'random', 'memory']),
  hidden: z.array(count),
  initialisation: z.enum(initialisations),
  teacher: z.object({ epochs: count, batch: count }),
  student: z.object({ epochs: count, steps: count, batch: count }),
  memory: z
    .object({
      name: z.enum(['deep-ae', 'shallow-ae', 'deep-dae', 'shallow-dae']),
      hidden: z.array(count),
      latent: count,
      activation: z.enum(['relu', 'tanh']),
      noise: z.object({ gaussian: z.number(), saltAndPepper: z.number() }),
      epochs: count,
      batch: count,
      outputBias: z.enum(['mean', 'zero']),
      walks: z.array(walkPlan).min(1),
    })
    .optional(),
});

/**
 * The rows of Table I as trials: the ground truth classifier, where the row needs it and no row of this process has
 * trained it, the memory, and the classifier whose accuracy is the row. Every network draws from streams of its own, so
 * that which rows are run, and where, changes nothing of this one.
 */
export function rowTrials(services: StudyServices): TrialKind<RowSpec, RowEvent, RowResult> {
  const dataset = remembered((choice: GroundSpec['dataset']) => services.dataset(choice));
  const groundTruth = remembered((): GroundTruth => ({}));
  return {
    name: 'table-row',
    spec: rowSpec,
    result: rowResult,
    async *run(spec, seed) {
      const data = studyData(await dataset(spec.dataset), spec.validate);
      const { dataset: choice, engine, validate, hidden, initialisation, teacher } = spec;
      const parts = {
        ...{ spec, seed, data, engine: await services.engine(), clock: services.clock },
        groundTruth: groundTruth({ choice, engine, validate, hidden, initialisation, teacher, seed }),
      };
      const training = new RowTraining(parts);
      try {
        return yield* training.run();
      } finally {
        training.dispose();
      }
    },
    measurements: ({ accuracy }) => [
      {
        name: 'accuracy',
        value: accuracy,
        definition: 'share of the samples that the classifier is right on, after its last epoch',
      },
    ],
    isFrequent: ({ type }) => type === 'step-trained',
  };
}

/** The ground truth classifier that the rows of one seed share, once it is trained. */
interface GroundTruth {
  trained?: { readonly parameters: TensorMap; readonly curve: readonly number[]; readonly seconds: number };
}

interface RowParts {
  readonly spec: RowSpec;
  readonly seed: number;
  readonly data: StudyData;
  readonly engine: Engine;
  readonly groundTruth: GroundTruth;
  readonly clock: () => number;
}

type Curve = AsyncGenerator<RowEvent, readonly number[], undefined>;

class RowTraining {
  readonly #random: RandomStreams;
  readonly #yielder: EventLoopYielder;
  readonly #stages: Readonly<Record<StageKind, Stage>>;
  readonly #total: number;
  #done = 0;
  #teacher: DenseClassifier | undefined;

  constructor(private readonly parts: RowParts) {
    const { spec, data, seed, clock, groundTruth } = parts;
    this.#random = new RandomStreams(seed);
    this.#yielder = new EventLoopYielder(clock);
    this.#stages = stagesOf(spec, data);
    this.#total = rowWork(spec, data, groundTruth.trained !== undefined);
  }

  async *run(): AsyncGenerator<RowEvent, RowResult, undefined> {
    const { spec, clock, groundTruth } = this.parts;
    if (spec.kind !== 'real') yield* this.#teach();
    if (spec.kind === 'teacher') {
      const { curve = [], seconds = 0 } = groundTruth.trained ?? {};
      return { accuracy: curve.at(-1) ?? 0, curve, memoryLosses: [], walks: [], seconds };
    }
    const began = clock();
    const made = spec.memory === undefined ? yield* this.#bound() : yield* this.#memory(spec.memory);
    return { accuracy: made.curve.at(-1) ?? 0, ...made, seconds: (clock() - began) / 1000 };
  }

  dispose(): void {
    this.#teacher?.dispose();
  }

  /** Trains the ground truth classifier, or takes the one that was trained before. */
  async *#teach(): AsyncGenerator<RowEvent, void, undefined> {
    const { data, spec, groundTruth, clock } = this.parts;
    const { batch } = spec.teacher;
    const began = clock();
    this.#teacher = this.#classifier('ground-truth', groundTruth.trained?.parameters);
    if (groundTruth.trained !== undefined) return;
    const draws = this.#random.stream('ground-truth/batches');
    const source = realBatches(data.train, data.classes, batch, draws);
    const curve = yield* this.#trainClassifier('teacher', this.#teacher, source, batch);
    groundTruth.trained = { parameters: this.#teacher.parameters(), curve, seconds: (clock() - began) / 1000 };
  }

  /** Trains on real data, the upper bound, or on labelled noise, the lower. */
  async *#bound(): AsyncGenerator<RowEvent, Omit<RowResult, 'accuracy' | 'seconds'>, undefined> {
    const { row, kind, student } = this.parts.spec;
    const { train, classes } = this.parts.data;
    const draws = this.#random.stream(`${row}/samples`);
    const source =
      kind === 'real'
        ? realBatches(train, classes, student.batch, draws)
        : noiseBatches(train.width, this.#label, student.batch, draws);
    return { curve: yield* this.#trainStudent(row, source), memoryLosses: [], walks: [] };
  }

  async *#memory(plan: MemoryPlan): AsyncGenerator<RowEvent, Omit<RowResult, 'accuracy' | 'seconds'>, undefined> {
    const { engine, spec } = this.parts;
    const { row: name, student } = spec;
    const { train } = this.parts.data;
    const { hidden, latent, activation, noise, batch, outputBias } = plan;
    const options = {
      width: train.width,
      hidden,
      latent,
      activation,
      codeActivation: activation,
      noise: { preActivation: noise.gaussian, uniform: noise.saltAndPepper },
      learningRate,
      ...(outputBias === 'mean' && { outputBias: logOdds(smoothedMeans(train)) }),
    };
    const autoencoder = new Autoencoder(engine, denseAutoencoder(options), this.#random.stream(`${name}/autoencoder`));
    try {
      const batches = shuffledBatches(train, batch, this.#random.stream(`${name}/batches`));
      const weights = new Float32Array(batch).fill(1 / batch);
      const { losses } = yield* this.#train('memory', () => {
        const x = new Float32Array(batch * train.width);
        train.copyRows(batches.next().value.rows, x);
        return autoencoder.train(batch, x, x, weights);
      });
      const memory = autoencoder.with(autoencoder.trainer.variables);
      const walks: SamplingWalk[] = [];
      for (const walk of plan.walks) {
        // Not by their place: a walk that stands in a list of others comes to the same as alone.
        const own = `${name}/λ=${walk.lambda},R=${walk.jumps},${walk.collect}`;
        const source = dreamBatches(
          memory,
          this.#label,
          { walks: student.batch, ...walk },
          this.#random.stream(`${own}/samples`),
        );
        walks.push({ ...walk, curve: yield* this.#trainStudent(own, source) });
      }
      const last = ({ curve }: SamplingWalk): number => curve.at(-1) ?? 0;
      const [first, ...others] = walks;
      const best = others.reduce((a, b) => (a === undefined || last(b) > last(a) ? b : a), first);
      return { curve: best?.curve ?? [], memoryLosses: losses, walks };
    } finally {
      autoencoder.dispose();
    }
  }

  /** @param own whose streams it draws from */
  async *#trainStudent(own: string, source: BatchSource): Curve {
    const classifier = this.#classifier(own);
    try {
      return yield* this.#trainClassifier('student', classifier, source, this.parts.spec.student.batch);
    } finally {
      classifier.dispose();
    }
  }

  async *#trainClassifier(kind: StageKind, classifier: DenseClassifier, source: BatchSource, batch: number): Curve {
    const { measured, classes } = this.parts.data;
    const logits = classifier.scores.bind(classifier);
    const step = async (): Promise<number> => {
      const { features, targets } = (await source.next()).value;
      return classifier.train(batch, features, targets);
    };
    return (yield* this.#train(kind, step, () => accuracyOf(logits, measured, classes))).measured;
  }

  /** Trains a stage. */
  async *#train(
    kind: StageKind,
    step: () => Promise<number>,
    measure?: () => Promise<number>,
  ): AsyncGenerator<RowEvent, EpochReport, undefined> {
    const { epochs, steps, work } = this.#stages[kind];
    let taken = 0;
    const training = trainEpochs({
      subject: `${this.parts.spec.row}, ${kind}`,
      remedy: 'try another --seed, or other values with --set',
      epochs,
      step: async () => ({ loss: await step(), endsEpoch: ++taken % steps === 0 }),
      measure,
    });
    for (;;) {
      const next = await training.next();
      if (next.done === true) return next.value;
      if (next.value.type === 'step-trained') this.#done += work;
      yield { ...next.value, stage: kind, done: this.#done / this.#total };
      await this.#yielder.yieldToEventLoop();
    }
  }

  /** The labels of the ground truth classifier: `count` rows of σ(logits), the probability of each class by itself. */
  readonly #label = async (features: Float32Array, count: number): Promise<Float32Array> => {
    if (this.#teacher === undefined) throw new Error('the ground truth classifier is trained before it labels');
    return (await this.#teacher.scores(features, count)).map((logit) => 1 / (1 + Math.exp(-logit)));
  };

  /**
   * The classifier of Table I: ReLU units, a logit for each class, trained by binary cross-entropy on each of them (section
   * IV-F, "logit/distillation"), so that it learns from labels and from the probabilities of another classifier alike.
   *
   * @param own whose streams it draws from; @param parameters those that it begins with, if not drawn
   */
  #classifier(own: string, parameters?: TensorMap): DenseClassifier {
    const { engine, spec, data } = this.parts;
    const { hidden, initialisation } = spec;
    return new DenseClassifier({
      engine,
      name: 'classifier',
      widths: [data.train.width, ...hidden, data.classes.length],
      learningRate,
      loss: sigmoidCrossEntropy,
      initialisation,
      start: parameters === undefined ? this.#random.stream(`${own}/classifier`) : { parameters },
    });
  }
}
