import { rowsByLabel } from '../../core/dataset.js';
import { confidences, topClasses, type BorrowedTeacher } from '../../core/teacher.js';
import type { RandomStream } from '../../core/random.js';
import type { Draw } from '../../core/sampler.js';

/** Who asks for rows, and of whom. */
export interface Proposals {
  /** At least so many new rows of `width` values. */
  readonly propose: (atLeast: number) => Promise<Float32Array>;
  readonly width: number;
  readonly teacher: BorrowedTeacher;
  readonly random: RandomStream;
}

/** Which of the rows that walks propose make up a draw of `count`. */
export type Accept = (proposals: Proposals, count: number) => Promise<Draw>;

/** All rows as they come. */
export const acceptAll: Accept = async ({ propose, width }, count) => {
  const rows = await propose(count);
  return { features: rows.length === count * width ? rows : rows.subarray(0, count * width) };
};

/**
 * `candidates` times as many rows are proposed, and the draw is made from them with weights 1 / (rows of the same class):
 * each class that occurs is equally likely, however rare. A rare one's rows are drawn many times over.
 */
export function classBalanced(candidates: number): Accept {
  return async ({ propose, width, teacher, random }, count) => {
    const pool = await propose(count * candidates);
    const size = pool.length / width;
    const labels = topClasses(await teacher.label(pool, size), teacher.classes, size);
    const features = new Float32Array(count * width);
    drawBalanced(pool, labels, width, features, 0, random);
    return { features };
  };
}

export interface QuotaRules {
  /** Rows proposed at each attempt for each that is still missing. */
  readonly candidates: number;
  /** Floor in [0, 1) of the teacher's confidence, its largest probability; see {@link confidences}. */
  readonly confidence: number;
  /** Attempts before what is missing is made up for. */
  readonly attempts: number;
}

/**
 * The same number of rows of each class that the teacher knows (algorithm 2 of Solinas et al. 2020 "equally samples
 * from the different modes"), one more of some where they do not divide: rows are proposed until each class has its
 * quota of rows that the teacher is sure enough of. What is missing after the last attempt is drawn from its rows, each
 * class alike.
 */
export function classQuota({ candidates, confidence, attempts }: QuotaRules): Accept {
  return async ({ propose, width, teacher, random }, count) => {
    const { classes } = teacher;
    const quotas = quotasOf(classes, count, random);
    const features = new Float32Array(count * width);
    let accepted = 0;
    let proposed = 0;
    for (let attempt = 1; accepted < count; attempt++) {
      const pool = await propose((count - accepted) * candidates);
      const size = pool.length / width;
      const logits = await teacher.label(pool, size);
      const labels = topClasses(logits, classes, size);
      const sure = confidences(logits, teacher, size);
      proposed += size;
      for (let row = 0; row < size && accepted < count; row++) {
        const label = labels[row] ?? -1;
        const open = quotas.get(label) ?? 0;
        if (open === 0 || (sure[row] ?? 0) < confidence) continue;
        quotas.set(label, open - 1);
        features.set(pool.subarray(row * width, (row + 1) * width), accepted * width);
        accepted++;
      }
      if (attempt < attempts || accepted === count) continue;
      drawBalanced(pool, labels, width, features, accepted, random);
      break;
    }
    return { features, acceptance: { proposed, accepted } };
  };
}

/** ⌊count / classes⌋ for each class, and one more for as many classes, chosen at random, as are left over. */
function quotasOf(classes: readonly number[], count: number, random: RandomStream): Map<number, number> {
  const each = Math.floor(count / classes.length);
  const order = random.permutation(classes.length);
  const quotas = new Map<number, number>();
  order.forEach((place, i) => quotas.set(classes[place] ?? -1, each + (i < count % classes.length ? 1 : 0)));
  return quotas;
}

/** Fills `out` from row `from` on with rows of the pool, drawn so that each class that occurs is equally likely. */
function drawBalanced(
  pool: Float32Array,
  labels: Int32Array,
  width: number,
  out: Float32Array,
  from: number,
  random: RandomStream,
): void {
  const groups = [...rowsByLabel(labels).values()];
  for (let i = from; i < out.length / width; i++) {
    const rows = groups[random.integer(groups.length)] ?? [];
    const row = rows[random.integer(rows.length)] ?? 0;
    out.set(pool.subarray(row * width, (row + 1) * width), i * width);
  }
}
