import { z } from 'zod';
import { initialisations, type Initialisation } from '../../engine/networks/initial.js';
import { readChoices } from '../study-services.js';
import type { TableOne, TableOneMemory } from './table-one.js';
import { unknownName } from '../../core/suggestion.js';

/** How much is spent: `quick` shows the order of the rows in minutes, `paper` spends the paper's epochs. */
export const budgets = ['quick', 'paper'] as const;
export type Preset = (typeof budgets)[number];

interface Spent {
  /** Epochs of the ground truth classifier. */
  readonly teacher: number;
  /** Epochs of the classifiers under training. */
  readonly student: number;
  /** Epochs and batch size of an autoencoder. */
  readonly memory: (memory: TableOneMemory) => Pick<MemoryPlan, 'epochs' | 'batch'>;
}

type PerMemory<Value> = Readonly<Record<TableOneMemory['name'], Value>>;

/**
 * What shows the order of the rows within five minutes on two cores. A deep autoencoder takes noise for a blank image until
 * it has learnt for thousands of steps, so that smaller batches serve it better than fewer epochs would.
 */
const quickMemories: PerMemory<Pick<MemoryPlan, 'epochs' | 'batch'>> = {
  'deep-ae': { epochs: 14, batch: 100 },
  'shallow-ae': { epochs: 1, batch: 160 },
  'deep-dae': { epochs: 4, batch: 100 },
  'shallow-dae': { epochs: 2, batch: 256 },
};

const spentBy: Readonly<Record<Preset, (table: TableOne) => Spent>> = {
  quick: () => ({ teacher: 8, student: 3, memory: ({ name }) => quickMemories[name] }),
  paper: ({ classifier }) => ({
    teacher: classifier.epochs,
    student: 50,
    // The paper leaves the batch size of its autoencoders open.
    memory: ({ epochs }) => ({ epochs, batch: 256 }),
  }),
};

/** What the paper leaves open of an autoencoder and its walks. */
interface Chosen extends WalkPlan {
  readonly outputBias: MemoryPlan['outputBias'];
}

/**
 * R = 9: section IV-G counts 8 reinjections in a learning step, and the first jump of a walk gives no samples. λ is in
 * supplementary material that is not published with the paper; it was chosen, with what is collected, on the last sixth of
 * MNIST's training samples, which autoencoder, teacher and student had not seen. A shallow autoencoder whose output bias
 * begins at 0 reconstructs the mean digit for tens of epochs, a denoising one for all of the paper's.
 * docs/studies/sampling-table.md has what was tried.
 */
const chosen: PerMemory<Chosen> = {
  'deep-ae': { lambda: 0.5, jumps: 9, collect: 'reconstruction', outputBias: 'zero' },
  'shallow-ae': { lambda: 0.02, jumps: 9, collect: 'reconstruction', outputBias: 'mean' },
  'deep-dae': { lambda: 1, jumps: 9, collect: 'reconstruction', outputBias: 'zero' },
  'shallow-dae': { lambda: 2, jumps: 9, collect: 'reconstruction', outputBias: 'mean' },
};

const epochs = z.int().min(1).max(100_000);
const rows = z.int().min(1).max(65_536);

function oneOrMore<Value extends z.ZodType>(value: Value) {
  return z.union([value, z.array(value).min(1).max(100)]);
}

/** What `--set` may change of a study; what is not given is as the paper has it, or as the budget says. */
export const studyOptions = z.strictObject({
  teacherEpochs: epochs.optional().describe('Epochs of the ground truth classifier.'),
  teacherBatch: rows.default(512).describe('Batch size of the ground truth classifier.'),
  memoryEpochs: epochs.optional().describe('Epochs of each autoencoder.'),
  memoryBatch: rows.optional().describe('Batch size of the autoencoders; the paper leaves it open.'),
  outputBias: z
    .enum(['mean', 'zero'])
    .optional()
    .describe("Where the bias of an autoencoder's output begins: at the mean of the samples, or at 0."),
  saltAndPepper: z.number().min(0).max(1).optional().describe('Probability of salt-and-pepper noise, for the DAEs.'),
  studentEpochs: epochs.optional().describe('Epochs of the classifiers under training.'),
  initialisation: z
    .enum(initialisations)
    // As Keras draws them, which section IV-E names: what noise teaches depends on it, see docs/studies/sampling-table.md.
    .default('xavier')
    .describe("How the classifiers' kernels are drawn: xavier, he, or auto: he before ReLU and xavier elsewhere."),
  stepsPerEpoch: epochs.default(800).describe('Minibatches in such an epoch: 8 reinjections × 100 learning steps.'),
  batch: rows.default(50).describe('Samples in such a minibatch; also the number of walks side by side.'),
  jumps: oneOrMore(z.int().min(2).max(10_000))
    .optional()
    .describe('R: jumps of a walk before it starts anew; all but the first give samples. A list: to choose from.'),
  lambda: oneOrMore(z.number().min(0))
    .optional()
    .describe('λ: variance of the noise that is added after each jump. A list: to choose from.'),
  collect: oneOrMore(z.enum(['noisy', 'reconstruction']))
    .optional()
    .describe('Which samples a jump gives: with its noise, as algorithm 2 has it, or before. A list: to choose from.'),
});

export type StudyOptions = z.input<typeof studyOptions>;

/** Everything that is chosen in a study; plain data, which goes into its result. */
export interface StudyPlan {
  readonly hidden: readonly number[];
  /** Of the classifiers' kernels. */
  readonly initialisation: Initialisation;
  readonly teacher: { readonly epochs: number; readonly batch: number };
  readonly student: { readonly epochs: number; readonly steps: number; readonly batch: number };
  readonly memories: readonly MemoryPlan[];
}

export interface MemoryPlan extends Pick<TableOneMemory, 'name' | 'hidden' | 'latent' | 'activation'> {
  readonly noise: { readonly gaussian: number; readonly saltAndPepper: number };
  readonly epochs: number;
  readonly batch: number;
  readonly outputBias: 'mean' | 'zero';
  /** One, or those to choose from. */
  readonly walks: readonly WalkPlan[];
}

export interface WalkPlan {
  readonly lambda: number;
  readonly jumps: number;
  readonly collect: 'noisy' | 'reconstruction';
}

/** The plan for a part of Table I under a budget. @throws bad-usage for options that are not known or out of range */
export function studyPlan(table: TableOne, budget: Preset, given: StudyOptions): StudyPlan {
  const options = readChoices(studyOptions, given);
  const planned = spentBy[budget](table);
  return {
    hidden: table.classifier.hidden,
    initialisation: options.initialisation,
    teacher: { epochs: options.teacherEpochs ?? planned.teacher, batch: options.teacherBatch },
    student: { epochs: options.studentEpochs ?? planned.student, steps: options.stepsPerEpoch, batch: options.batch },
    memories: table.memories.map((memory) => {
      const { name, hidden, latent, activation, noise } = memory;
      const own = chosen[name];
      const spent = planned.memory(memory);
      const walks = [options.lambda ?? own.lambda]
        .flat()
        .flatMap((lambda) => [options.jumps ?? own.jumps].flat().map((jumps) => ({ lambda, jumps })))
        .flatMap((walk) => [options.collect ?? own.collect].flat().map((collect) => ({ ...walk, collect })));
      return {
        name,
        hidden,
        latent,
        activation,
        noise:
          noise === undefined
            ? { gaussian: 0, saltAndPepper: 0 }
            : { gaussian: noise.gaussian, saltAndPepper: options.saltAndPepper ?? noise.saltAndPepper },
        epochs: options.memoryEpochs ?? spent.epochs,
        batch: options.memoryBatch ?? spent.batch,
        outputBias: options.outputBias ?? own.outputBias,
        walks,
      };
    }),
  };
}

/** A row of the table, and what it takes to make it. */
export type TableRow = RowText &
  ({ readonly kind: 'teacher' | 'real' | 'random' } | { readonly kind: 'memory'; readonly memory: MemoryPlan });

interface RowText {
  readonly name: string;
  readonly title: string;
  /** The paper's accuracy, in [0, 1]. */
  readonly paper: number;
}

/**
 * The rows of a part of Table I, in the order in which they are made: the ground truth classifier, which labels for all
 * others, both bounds, and the autoencoders.
 *
 * The table has no number for the upper bound; figures 3–5 draw it at the accuracy of the ground truth classifier.
 *
 * @param only names of the wanted ones; all where left out
 * @throws unknown-name
 */
export function rowsOf(table: TableOne, plan: StudyPlan, only: readonly string[] = []): readonly TableRow[] {
  const { accuracy } = table.classifier;
  const all: readonly TableRow[] = [
    { kind: 'teacher', name: 'ground-truth', title: 'Ground truth classifier', paper: accuracy },
    { kind: 'real', name: 'real', title: 'Real data (upper bound)', paper: accuracy },
    { kind: 'random', name: 'random', title: 'Random generator (lower bound)', paper: table.random },
    ...table.memories.flatMap(({ name, title, accuracy: paper }): TableRow[] => {
      const memory = plan.memories.find((planned) => planned.name === name);
      return memory === undefined ? [] : [{ kind: 'memory', name, title, paper, memory }];
    }),
  ];
  const names = all.map(({ name }) => name);
  for (const name of only) if (!names.includes(name)) throw unknownName('row', name, names, '--row');
  return only.length === 0 ? all : all.filter(({ name }) => only.includes(name));
}
