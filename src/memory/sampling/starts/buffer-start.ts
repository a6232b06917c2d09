import { labelsOf } from '../../../core/dataset.js';
import { ReverieError } from '../../../core/errors.js';
import type { RandomStream } from '../../../core/random.js';
import type { TaskEndContext } from '../../../core/sampler.js';
import { isRecord, type Snapshot } from '../../../core/snapshot.js';
import { rowsByLabel } from '../../rows-by-label.js';
import type { WalkStart } from './walk-start.js';

/**
 * x₀ from a small buffer of real samples, the same number of each class: combined replay. It keeps real samples, which
 * {@link storedSamples} and the bytes of {@link save} report: a memory with it is not free of exemplars.
 */
export class BufferStart implements WalkStart {
  /** Rows of each class. */
  #buffer = new Map<number, Float32Array>();
  #width = 0;

  /** @param perClass real samples to keep of each class, at least 1; of a class with fewer all are kept */
  constructor(private readonly perClass: number) {}

  /** Class after class in a random order, and of each class a random sample. */
  start(count: number, width: number, random: RandomStream): Float32Array {
    const classes = [...this.#buffer.values()];
    if (classes.length === 0) throw new Error('walks from a buffer were asked for before it held any sample');
    const order = random.permutation(classes.length);
    const x = new Float32Array(count * width);
    for (let i = 0; i < count; i++) {
      const rows = classes[order[i % order.length] ?? 0] ?? new Float32Array();
      const row = random.integer(rows.length / width);
      x.set(rows.subarray(row * width, (row + 1) * width), i * width);
    }
    return x;
  }

  /** Picks samples of each class of the task at random; those of a class that it had already are replaced. */
  consolidate({ train }: Pick<TaskEndContext, 'train'>, random: RandomStream): void {
    const labels = labelsOf(train);
    this.#width = train.width;
    for (const [label, rows] of rowsByLabel(labels)) {
      const chosen = [...random.permutation(rows.length).subarray(0, this.perClass)].map((i) => rows[i] ?? 0);
      const kept = new Float32Array(chosen.length * train.width);
      train.copyRows(chosen, kept);
      this.#buffer.set(label, kept);
    }
    // Ascending, as JSON keeps integer keys: a restored buffer must be gone through in the same order.
    this.#buffer = new Map([...this.#buffer].sort(([a], [b]) => a - b));
  }

  storedSamples(): number {
    return [...this.#buffer.values()].reduce((total, rows) => total + rows.length / this.#width, 0);
  }

  save(): Snapshot {
    const width = this.#width;
    const tensors = [...this.#buffer].map(([label, rows]) => [
      String(label),
      { shape: [rows.length / width, width], data: rows },
    ]);
    return { json: { width }, tensors: Object.fromEntries(tensors) as Snapshot['tensors'] };
  }

  restore({ json, tensors }: Snapshot): void {
    const width = isRecord(json) ? json['width'] : undefined;
    const whole = Object.values(tensors).every(({ shape: [rows, each] }) => each === width && rows !== 0);
    if (typeof width !== 'number' || !whole)
      throw new ReverieError('bad-checkpoint', 'the saved buffer of real samples is damaged: rows of different widths');
    this.#width = width;
    this.#buffer = new Map(Object.entries(tensors).map(([label, { data }]) => [Number(label), data]));
  }
}
