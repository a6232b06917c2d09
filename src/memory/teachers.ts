import { z } from 'zod';
import { maxWidth } from '../engine/networks/size-limit.js';
import type { LabelledCodes, FrozenAutoencoder } from '../core/sampler.js';
import { bytesOf, type Snapshot } from '../core/snapshot.js';
import type { Teacher } from '../core/teacher.js';
import type { Variables, Engine } from '../engine/engine.js';
import { ReverieError } from '../core/errors.js';
import type { RandomStream } from '../core/random.js';
import { savedClasses } from '../core/saved-classes.js';
import type { TensorMap } from '../core/tensor.js';
import { softmaxCrossEntropy } from '../engine/losses.js';
import { denseNetwork, infer } from '../engine/networks/network.js';
import { BatchedFunction } from '../engine/training/batched-function.js';
import { DenseClassifier } from '../engine/training/dense-classifier.js';

/** What there is to make the teacher of a memory from when a task ends. */
export interface TeacherContext {
  /** The learner as it is now; the source owns it from here on. */
  readonly learner: Teacher;
  /** The memory's frozen network, which dreams from now on; stays the memory's, and outlives the teacher. */
  readonly parameters: Variables;
  /** Codes of what was seen so far, of the task's samples and of dreams, with their classes. Takes a while. */
  seenCodes(): Promise<LabelledCodes>;
}

/** Where the teacher that labels the dreams of a memory comes from. */
export interface TeacherSource {
  /** The teacher from now on; the memory disposes it before it asks for another. */
  consolidate(context: TeacherContext): Promise<Teacher>;
  /** What the teacher needs in addition to learner and network; nothing where it has nothing of its own. */
  save(): Snapshot | undefined;
  /**
   * The teacher again, for a memory that was restored.
   *
   * @throws bad-checkpoint where `saved` lacks what {@link save} gave
   */
  restore(saved: Snapshot | undefined, context: Omit<TeacherContext, 'seenCodes'>): Teacher;
}

/** The learner of the end of the last task labels: what pseudo-rehearsal with a separate classifier does. */
export const learnerAsTeacher: TeacherSource = {
  consolidate: ({ learner }) => Promise.resolve(learner),
  save: () => undefined,
  restore: (_saved, { learner }) => learner,
};

/** A network that can name the classes of what it dreams labels with its own class head; there is no other teacher. */
export function ownClassHead(network: { teacher(parameters: Variables): Teacher }): TeacherSource {
  const teacher = ({ learner, parameters }: Omit<TeacherContext, 'seenCodes'>): Teacher => {
    learner.dispose();
    return network.teacher(parameters);
  };
  return {
    consolidate: (context) => Promise.resolve(teacher(context)),
    save: () => undefined,
    restore: (_saved, context) => teacher(context),
  };
}

export const codeTeacherOptions = z.strictObject({
  /** Between code and classes; none makes it a linear softmax classifier. */
  hidden: z.array(z.int().min(1).max(maxWidth)).max(10).default([100]).describe('Widths of its hidden layers.'),
  iterations: z.int().min(1).default(1000).describe('Optimiser steps when a task ends.'),
  batchSize: z.int().min(1).max(65_536).default(128),
  learningRate: z.number().positive().default(0.001),
});
export type CodeTeacherOptions = z.output<typeof codeTeacherOptions>;

/** The autoencoder that codes come from. */
interface Encoding {
  with(parameters: Variables): Pick<FrozenAutoencoder, 'codeWidth' | 'encode'>;
}

/** Begins the names of its parameters. */
const name = 'labeller';

interface Head {
  readonly classes: readonly number[];
  readonly values: TensorMap;
}

/**
 * A small softmax classifier on the memory's codes labels its dreams (Solinas et al. 2020, section II, of the
 * pseudo-rehearsal of Ans & Rousset). It is trained anew when a task ends, on codes of the task's real samples and of
 * dreams with the labels that the one before gave them: a few kilobytes where a teacher costs the learner.
 */
export class CodeTeachers implements TeacherSource {
  #head: Head | undefined;

  constructor(
    private readonly engine: Engine,
    private readonly encoding: Encoding,
    private readonly options: CodeTeacherOptions,
    private readonly random: RandomStream,
  ) {}

  async consolidate(context: TeacherContext): Promise<Teacher> {
    const { learner, parameters } = context;
    const { classes } = learner;
    learner.dispose();
    const { codeWidth } = this.encoding.with(parameters);
    this.#head = { classes, values: await this.#train(await context.seenCodes(), codeWidth, classes) };
    return this.#teacher(this.#head, parameters);
  }

  save(): Snapshot | undefined {
    return this.#head && { json: { classes: this.#head.classes }, tensors: this.#head.values };
  }

  restore(saved: Snapshot | undefined, { learner, parameters }: Omit<TeacherContext, 'seenCodes'>): Teacher {
    learner.dispose();
    const whose = "the saved classifier on the memory's codes";
    this.#head = { classes: savedClasses(saved?.json, whose), values: saved?.tensors ?? {} };
    return this.#teacher(this.#head, parameters);
  }

  /** Minimises the mean cross-entropy over batches drawn with replacement; gives the parameters at the end. */
  async #train({ codes, labels }: LabelledCodes, codeWidth: number, classes: readonly number[]): Promise<TensorMap> {
    const { iterations, batchSize, learningRate } = this.options;
    const classifier = new DenseClassifier({
      engine: this.engine,
      name,
      widths: this.#widths(codeWidth, classes.length),
      learningRate,
      loss: softmaxCrossEntropy,
      start: this.random,
    });
    const columnOf = new Map(classes.map((label, column) => [label, column]));
    try {
      for (let step = 0; step < iterations; step++) {
        const batch = new Float32Array(batchSize * codeWidth);
        const targets = new Float32Array(batchSize * classes.length);
        for (let i = 0; i < batchSize; i++) {
          const row = this.random.integer(labels.length);
          batch.set(codes.subarray(row * codeWidth, (row + 1) * codeWidth), i * codeWidth);
          const column = columnOf.get(labels[row] ?? -1);
          if (column !== undefined) targets[i * classes.length + column] = 1;
        }
        const loss = await classifier.train(batchSize, batch, targets);
        if (!Number.isFinite(loss)) throw divergedHead(loss, step + 1);
      }
      return classifier.parameters();
    } finally {
      classifier.dispose();
    }
  }

  #teacher({ classes, values }: Head, parameters: Variables): Teacher {
    const encoder = this.encoding.with(parameters);
    const widths = this.#widths(encoder.codeWidth, classes.length);
    const network = denseNetwork({ name, widths, activation: 'relu' });
    const head = this.engine.variables(values);
    const logits = new BatchedFunction(this.engine, encoder.codeWidth, (codes) => infer(network, codes));
    return {
      classes,
      label: async (features, count) => logits.apply(await encoder.encode(features, count), count, head),
      bytes: () => bytesOf({ json: null, tensors: values }),
      dispose: () => {
        logits.dispose();
        head.dispose();
      },
    };
  }

  #widths(codeWidth: number, classes: number): readonly number[] {
    return [codeWidth, ...this.options.hidden, classes];
  }
}

function divergedHead(loss: number, step: number): ReverieError {
  return new ReverieError(
    'diverged',
    `the loss of the classifier on codes is ${loss} at its step ${step}, expected a finite number; try a smaller ` +
      "learningRate under the memory's options, its own or that of its codeLabeller",
  );
}
