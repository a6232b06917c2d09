import { z } from 'zod';
import { ReverieError } from '../core/errors.js';
import { isIntegers, isRecord } from '../core/snapshot.js';
import { argMax } from '../core/tensor.js';
import type { ClassLoss } from './class-losses.js';

/** Which outputs compete in the softmax of a training step. */
export const outputRules = ['seen', 'all', 'task', 'batch'] as const;
export type OutputRule = (typeof outputRules)[number];

export const outputsOption = z
  .enum(outputRules)
  .default('seen')
  .describe(
    'Which outputs compete while it trains: those of all classes met so far; all that the stream will ever have, from the ' +
      "first task on; those of a row's own task; or, for new rows, those of their batch, and for replayed ones all met so far.",
  );

/** Added to a logit, it takes the output out of a softmax: exp(−10⁹ + z − z′) is 0 in single precision. */
const out = -1e9;

/** What of a batch says which outputs its rows are trained on. */
interface MaskedRows {
  readonly count: number;
  /** Rows that are new, the first ones. */
  readonly newRows: number;
  /** `count` rows over the classes. */
  readonly targets: Float32Array;
}

/**
 * The outputs that rows compete among, for the rules that leave some out:
 *
 * - `task`: each row among the classes of its task, as if each task had a head of its own (multi-head training). A new row's
 *   task is the present experience; a replayed row's the one that first had the class of its largest target. Targets of
 *   classes of other tasks are taken out, and the others made to sum to what all did.
 * - `batch`: new rows among the classes of the new rows of their batch (the labels trick of Zeno et al. 2018; with replay the
 *   asymmetric cross-entropy of Caccia et al. 2022, section 4), replayed rows among all.
 */
export class OutputMask {
  /** Of each class, by column: the number of the experience that first had it. */
  #groups: readonly number[] = [];
  /** Columns of the classes of the present experience. */
  #present: readonly number[] = [];

  constructor(private readonly rule: 'task' | 'batch') {}

  /** Columns of the classes of the present experience. */
  get present(): readonly number[] {
    return this.#present;
  }

  /** Columns of the classes that came together, in the order in which they came. */
  get heads(): readonly (readonly number[])[] {
    return [...new Set(this.#groups)].map((group) => this.#columnsOf(group));
  }

  /**
   * Begins an experience.
   *
   * @param added new classes, whose columns come behind the others
   * @param present columns of its classes
   */
  begin(added: number, present: readonly number[]): void {
    const group = Math.max(0, ...this.#groups) + 1;
    this.#groups = [...this.#groups, ...new Array<number>(added).fill(group)];
    this.#present = present;
  }

  /** What to add to the logits of each row, and its targets. */
  of({ count, newRows, targets }: MaskedRows): { readonly mask: Float32Array; readonly targets: Float32Array } {
    const classes = this.#groups.length;
    const mask = new Float32Array(count * classes);
    const own = targets.slice();
    const ofBatch = this.rule === 'batch' ? columnsWithTargets(targets.subarray(0, newRows * classes), classes) : [];
    for (let row = 0; row < count; row++) {
      const [from, to] = [row * classes, (row + 1) * classes];
      if (row >= newRows && this.rule === 'batch') continue;
      const ofTask = row < newRows ? this.#present : this.#groupOf(targets.subarray(from, to));
      leaveOnly(this.rule === 'batch' ? ofBatch : ofTask, mask.subarray(from, to), own.subarray(from, to));
    }
    return { mask, targets: own };
  }

  save(): { readonly groups: readonly number[]; readonly present: readonly number[] } {
    return { groups: this.#groups, present: this.#present };
  }

  /** @throws ReverieError `bad-checkpoint` where it is not what {@link save} gave for a model with these classes */
  restore(saved: unknown, classes: readonly number[]): void {
    const { groups, present } = isRecord(saved) ? saved : {};
    if (!isIntegers(groups) || !isIntegers(present) || groups.length !== classes.length) {
      throw new ReverieError(
        'bad-checkpoint',
        "a model's saved state does not say which classes came together; the checkpoint is not usable",
      );
    }
    this.#groups = groups;
    this.#present = present;
  }

  #groupOf(targets: Float32Array): readonly number[] {
    const group = this.#groups[argMax(targets, 0, targets.length)];
    return this.#columnsOf(group);
  }

  #columnsOf(group: number | undefined): readonly number[] {
    return this.#groups.flatMap((one, column) => (one === group ? [column] : []));
  }
}

/** The mask that the options of a model ask for. @throws ReverieError `bad-usage` where their loss is no softmax's */
export function maskFor({
  outputs,
  loss,
}: {
  readonly outputs?: OutputRule | undefined;
  readonly loss: ClassLoss;
}): OutputMask | undefined {
  if (outputs !== 'task' && outputs !== 'batch') return undefined;
  if (loss !== 'binary-cross-entropy') return new OutputMask(outputs);
  throw new ReverieError(
    'bad-usage',
    `outputs: ${outputs} leaves outputs out of a softmax, and loss: ${loss} has none; give another loss, or outputs: seen or all`,
  );
}

/** For a softmax among these columns alone, what to add to a row of so many logits. */
export function maskOf(columns: readonly number[], width: number): Float32Array {
  const mask = new Float32Array(width).fill(out);
  for (const column of columns) mask[column] = 0;
  return mask;
}

function leaveOnly(allowed: readonly number[], mask: Float32Array, targets: Float32Array): void {
  const classes = mask.length;
  mask.set(maskOf(allowed, classes));
  let before = 0;
  let after = 0;
  for (let c = 0; c < classes; c++) {
    before += targets[c] ?? 0;
    if (mask[c] === 0) after += targets[c] ?? 0;
    else targets[c] = 0;
  }
  if (after > 0 && after !== before) for (const c of allowed) targets[c] = ((targets[c] ?? 0) * before) / after;
}

function columnsWithTargets(rows: Float32Array, classes: number): readonly number[] {
  const found = new Set<number>();
  rows.forEach((target, i) => target > 0 && found.add(i % classes));
  return [...found];
}
