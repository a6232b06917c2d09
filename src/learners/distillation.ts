import { topClasses } from '../core/teacher.js';
import type { Dreams } from '../core/memory.js';
import type { ClassLoss } from './class-losses.js';

/** What a dream is taught with: all that the teacher thinks of it, or its first choice alone. */
export const dreamLabels = ['soft', 'hard'] as const;
export type DreamLabels = (typeof dreamLabels)[number];

/** How what the teacher says of dreams is handed on. */
export interface Distillation {
  readonly labels: DreamLabels;
  /** T ≥ 1 of soft labels, for teacher and learner alike. */
  readonly temperature: number;
  readonly loss: ClassLoss;
  /** Whether {@link dreamWeight} makes up for T; it does where absent. */
  readonly scale?: DreamScale | undefined;
}

/** What the loss of dreams is multiplied by: nothing, or what keeps its gradient as T changes. */
export const dreamScales = ['none', 'squared-temperature'] as const;
export type DreamScale = (typeof dreamScales)[number];

/** The temperature at which dreams are learnt: a first choice has none, which is T = 1. */
export function dreamTemperature({ labels, temperature }: Pick<Distillation, 'labels' | 'temperature'>): number {
  return labels === 'hard' ? 1 : temperature;
}

/**
 * What the loss of a dream is multiplied by, so that its gradient keeps its size as T changes: T² with softmax, whose
 * gradient shrinks by 1/T for each of learner and teacher (Hinton, Vinyals & Dean 2015, section 2). The sigmoid's is
 * (σ(z/T) − t)/T: T brings it back to at most 1 for each class. T² would let the classes that the teacher does not know,
 * whose t is 0 at any T, be pushed down T times as hard as at T = 1, and nothing new be learnt. It is 1 with scale `none`.
 */
export function dreamWeight(how: Distillation): number {
  if (how.scale === 'none') return 1;
  const temperature = dreamTemperature(how);
  return how.loss === 'binary-cross-entropy' ? temperature : temperature ** 2;
}

/**
 * Targets for dreams, `count` rows over the teacher's classes, from its logits z:
 *
 * - hard: 1 for the largest, else 0;
 * - soft: softmax(z / T) (Hinton, Vinyals & Dean 2015), or
 * - soft with binary cross-entropy: σ(z / T), each class by itself, which is the distillation on logits of Solinas et
 *   al. 2020, section IV-F.
 */
export function dreamTargets(dreams: Pick<Dreams, 'logits' | 'classes' | 'count'>, how: Distillation): Float32Array {
  if (how.labels === 'hard') return firstChoiceTargets(dreams);
  if (how.loss !== 'binary-cross-entropy') return softTargets(dreams, how.temperature);
  return dreams.logits.map((logit) => 1 / (1 + Math.exp(-logit / how.temperature)));
}

function firstChoiceTargets({ logits, classes, count }: Pick<Dreams, 'logits' | 'classes' | 'count'>): Float32Array {
  const targets = new Float32Array(count * classes.length);
  topClasses(logits, classes, count).forEach((label, row) => {
    targets[row * classes.length + classes.indexOf(label)] = 1;
  });
  return targets;
}

/** softmax(z / T), `count` rows over the classes. */
export function softTargets(
  { logits, classes, count }: Pick<Dreams, 'logits' | 'classes' | 'count'>,
  temperature: number,
): Float32Array {
  const known = classes.length;
  const targets = new Float32Array(count * known);
  for (let from = 0; from < targets.length; from += known) {
    let largest = -Infinity;
    for (let c = 0; c < known; c++) largest = Math.max(largest, logits[from + c] ?? 0);
    let total = 0;
    for (let c = 0; c < known; c++) {
      const e = Math.exp(((logits[from + c] ?? 0) - largest) / temperature);
      targets[from + c] = e;
      total += e;
    }
    for (let c = 0; c < known; c++) targets[from + c] = (targets[from + c] ?? 0) / total;
  }
  return targets;
}
