import { z } from 'zod';
import { ReverieError } from '../core/errors.js';
import { initialisations, type Initialisation } from '../engine/networks/initial.js';
import type { TableOne, TableOneMemory } from './table-one.js';

/** How much is spent: `quick` shows the order of the rows in minutes, `paper` spends the paper's epochs. */
export const budgets = ['quick', 'paper'] as const;
export type Budget = (typeof budgets)[number];

interface Epochs {
  readonly teacher: number;
  readonly student: number;
  readonly memory: (memory: TableOneMemory) => number;
}

type PerMemory<Value> = Readonly<Record<TableOneMemory['name'], Value>>;

/** As many as show the order of the rows within five minutes on two cores. */
const quickMemoryEpochs: PerMemory<number> = { 'deep-ae': 5, 'shallow-ae': 25, 'deep-dae': 10, 'shallow-dae': 40 };

const epochsOf: Readonly<Record<Budget, (table: TableOne) => Epochs>> = {
  quick: () => ({ teacher: 10, student: 3, memory: ({ name }) => quickMemoryEpochs[name] }),
  paper: ({ classifier }) => ({ teacher: classifier.epochs, student: 50, memory: ({ epochs }) => epochs }),
};

/**
 * The paper leaves the batch size of its autoencoders open. With 256, a shallow one spends thousands of steps with its tanh
 * units saturated, reconstructing the mean of all samples whatever it is shown; with 32, a few thousand steps are an epoch
 * or two.
 */
const memoryBatch: PerMemory<number> = { 'deep-ae': 256, 'shallow-ae': 32, 'deep-dae': 256, 'shallow-dae': 32 };

/**
 * λ and R of each autoencoder, and what is collected. The paper's λ and R are in supplementary material that is not published
 * with it. These were chosen on the last sixth of MNIST's training samples, which autoencoder, teacher and student had not
 * seen, after short trainings; docs/studies/sampling-table.md has what was tried.
 */
const chosenWalks: PerMemory<WalkPlan> = {
  'deep-ae': { lambda: 0.1, jumps: 3, collect: 'reconstruction' },
  'shallow-ae': { lambda: 0.02, jumps: 3, collect: 'reconstruction' },
  'deep-dae': { lambda: 1, jumps: 3, collect: 'reconstruction' },
  'shallow-dae': { lambda: 0.25, jumps: 9, collect: 'noisy' },
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
    .default('mean')
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
export function studyPlan(table: TableOne, budget: Budget, given: StudyOptions): StudyPlan {
  const parsed = studyOptions.safeParse(given);
  if (!parsed.success) throw new ReverieError('bad-usage', `--set ${problemOf(parsed.error)}`);
  const options = parsed.data;
  const planned = epochsOf[budget](table);
  return {
    hidden: table.classifier.hidden,
    initialisation: options.initialisation,
    teacher: { epochs: options.teacherEpochs ?? planned.teacher, batch: options.teacherBatch },
    student: { epochs: options.studentEpochs ?? planned.student, steps: options.stepsPerEpoch, batch: options.batch },
    memories: table.memories.map((memory) => {
      const { name, hidden, latent, activation, noise } = memory;
      const chosen = chosenWalks[name];
      const walks = [options.lambda ?? chosen.lambda]
        .flat()
        .flatMap((lambda) => [options.jumps ?? chosen.jumps].flat().map((jumps) => ({ lambda, jumps })))
        .flatMap((walk) => [options.collect ?? chosen.collect].flat().map((collect) => ({ ...walk, collect })));
      return {
        name,
        hidden,
        latent,
        activation,
        noise:
          noise === undefined
            ? { gaussian: 0, saltAndPepper: 0 }
            : { gaussian: noise.gaussian, saltAndPepper: options.saltAndPepper ?? noise.saltAndPepper },
        epochs: options.memoryEpochs ?? planned.memory(memory),
        batch: options.memoryBatch ?? memoryBatch[name],
        outputBias: options.outputBias,
        walks,
      };
    }),
  };
}

function problemOf({ issues }: z.ZodError): string {
  const known = Object.keys(studyOptions.shape).join(', ');
  const [issue] = issues;
  if (issue?.code === 'unrecognized_keys') return `${issue.keys.join(', ')} is not known; known: ${known}`;
  return `${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'not of the right form'}`;
}
