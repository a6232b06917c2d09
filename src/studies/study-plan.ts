import { z } from 'zod';
import { ReverieError } from '../core/errors.js';
import type { TableOne, TableOneMemory } from './table-one.js';

/** How much is spent: `quick` shows the order of the rows in minutes, `paper` spends the paper's epochs. */
export const budgets = ['quick', 'paper'] as const;
export type Budget = (typeof budgets)[number];

/** A share of the paper's epochs of each autoencoder, and the epochs of classifiers. */
const epochsOf: Readonly<
  Record<Budget, { readonly memoryShare: number; readonly teacherShare: number; readonly student: number }>
> = {
  quick: { memoryShare: 0.05, teacherShare: 0.5, student: 3 },
  paper: { memoryShare: 1, teacherShare: 1, student: 50 },
};

/**
 * λ of each autoencoder. The paper's values are in supplementary material that is not published with it. These were chosen
 * on the last sixth of the training samples, which the autoencoder, its teacher and its student had not seen; see
 * docs/studies/sampling-table.md for what was tried.
 */
const chosenLambda: Readonly<Record<TableOneMemory['name'], number>> = {
  'deep-ae': 1,
  'shallow-ae': 1,
  'deep-dae': 1,
  'shallow-dae': 1,
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
  memoryBatch: rows.default(256).describe('Batch size of the autoencoders; the paper leaves it open.'),
  saltAndPepper: z.number().min(0).max(1).optional().describe('Probability of salt-and-pepper noise, for the DAEs.'),
  studentEpochs: epochs.optional().describe('Epochs of the classifiers under training.'),
  stepsPerEpoch: epochs.default(800).describe('Minibatches in such an epoch: 8 reinjections × 100 learning steps.'),
  batch: rows.default(50).describe('Samples in such a minibatch; also the number of walks side by side.'),
  jumps: oneOrMore(z.int().min(2).max(10_000))
    .default(9)
    .describe('R: jumps of a walk before it starts anew; all but the first give samples. A list: to choose from.'),
  lambda: oneOrMore(z.number().min(0))
    .optional()
    .describe('λ: variance of the noise that is added after each jump. A list: to choose from.'),
  collect: oneOrMore(z.enum(['noisy', 'reconstruction']))
    .default('noisy')
    .describe('Which samples a jump gives: with its noise, as algorithm 2 has it, or before. A list: to choose from.'),
});

export type StudyOptions = z.input<typeof studyOptions>;

/** Everything that is chosen in a study; plain data, which goes into its result. */
export interface StudyPlan {
  readonly hidden: readonly number[];
  readonly teacher: { readonly epochs: number; readonly batch: number };
  readonly student: { readonly epochs: number; readonly steps: number; readonly batch: number };
  readonly memories: readonly MemoryPlan[];
}

export interface MemoryPlan extends Pick<TableOneMemory, 'name' | 'hidden' | 'latent' | 'activation'> {
  readonly noise: { readonly gaussian: number; readonly saltAndPepper: number };
  readonly epochs: number;
  readonly batch: number;
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
  const { memoryShare, teacherShare, student } = epochsOf[budget];
  return {
    hidden: table.classifier.hidden,
    teacher: {
      epochs: options.teacherEpochs ?? Math.ceil(table.classifier.epochs * teacherShare),
      batch: options.teacherBatch,
    },
    student: { epochs: options.studentEpochs ?? student, steps: options.stepsPerEpoch, batch: options.batch },
    memories: table.memories.map(({ name, hidden, latent, activation, noise, epochs: ofPaper }) => ({
      name,
      hidden,
      latent,
      activation,
      noise:
        noise === undefined
          ? { gaussian: 0, saltAndPepper: 0 }
          : { gaussian: noise.gaussian, saltAndPepper: options.saltAndPepper ?? noise.saltAndPepper },
      epochs: options.memoryEpochs ?? Math.ceil(ofPaper * memoryShare),
      batch: options.memoryBatch,
      walks: [options.lambda ?? chosenLambda[name]]
        .flat()
        .flatMap((lambda) => [options.jumps].flat().map((jumps) => ({ lambda, jumps })))
        .flatMap((walk) => [options.collect].flat().map((collect) => ({ ...walk, collect }))),
    })),
  };
}

function problemOf({ issues }: z.ZodError): string {
  const known = Object.keys(studyOptions.shape).join(', ');
  const [issue] = issues;
  if (issue?.code === 'unrecognized_keys') return `${issue.keys.join(', ')} is not known; known: ${known}`;
  return `${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'not of the right form'}`;
}
