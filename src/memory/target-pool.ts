import type { Encoder } from '../core/encoder.js';
import { ReverieError } from '../core/errors.js';
import type { MemoryBatch } from '../core/memory.js';
import type { RandomStream } from '../core/random.js';
import { isRecord, type Json, type Snapshot } from '../core/snapshot.js';

/**
 * Dreams that are kept while a task lasts, and samples of a first task that are drawn at each step: about ten of each of a
 * hundred classes, so that a row hardly ever draws itself.
 */
const capacity = 1024;

/**
 * What the autoencoder is to make of each row of a batch. The encoder chooses among the rows of the batch and, for
 * encoders that draw targets, among more samples of the task and recent dreams, both in the proportion in which the
 * batch has them: a batch of 128 rows has hardly a second one of each of a hundred classes. It keeps dreams of the task
 * at hand alone, and no sample.
 */
export class TargetPool {
  /** Targets of recent dreams; the oldest is written over where there are {@link capacity}. */
  #rows = new Float32Array();
  readonly #labels: number[] = [];
  #next = 0;

  constructor(private readonly encoder: Encoder) {}

  /** @param step optimiser steps taken in this task */
  targets(batch: MemoryBatch, step: number, random: RandomStream): Float32Array {
    const { count, labels, features, samples } = batch;
    const width = features.length / count;
    const own = ownTargets(batch);
    const drawn = this.#drawSamples(batch, random);
    const dreamt = this.#labels.length;
    const all = new Int32Array(count + drawn.length + dreamt);
    all.set(labels);
    drawn.forEach((row, i) => (all[count + i] = samples?.label(row) ?? -1));
    all.set(this.#labels, count + drawn.length);
    const valuesOf = (row: number, ofBatch: Float32Array): Float32Array => {
      if (row < count) return ofBatch.subarray(row * width, (row + 1) * width);
      const dream = row - count - drawn.length;
      if (dream >= 0) return this.#rows.subarray(dream * width, (dream + 1) * width);
      const values = new Float32Array(width);
      samples?.copyRows(drawn.subarray(row - count, row - count + 1), values);
      return values;
    };
    const rows = this.encoder.targets(all, step, random, (row) => valuesOf(row, features), count);
    let targets = own;
    if (rows.some((row, i) => row !== i)) {
      targets = new Float32Array(own.length);
      for (const [i, row] of rows.entries()) targets.set(valuesOf(row, own), i * width);
    }
    this.#keep(batch, own);
    return targets;
  }

  /** Forgets the dreams of a task that ended. */
  clear(): void {
    this.#rows = new Float32Array();
    this.#labels.length = 0;
    this.#next = 0;
  }

  save(): Snapshot {
    const count = this.#labels.length;
    if (count === 0) return { json: { labels: [], next: 0 }, tensors: {} };
    const width = this.#rows.length / capacity;
    return {
      json: { labels: [...this.#labels], next: this.#next },
      tensors: { rows: { shape: [count, width], data: this.#rows.slice(0, count * width) } },
    };
  }

  /** @throws bad-checkpoint where it is not what {@link save} gives */
  restore(saved: Snapshot | undefined): void {
    const { labels, next } = saved !== undefined && isRecord(saved.json) ? saved.json : {};
    const rows = saved?.tensors['rows'];
    const known = Array.isArray(labels) ? labels.filter((label: Json) => typeof label === 'number') : undefined;
    if (known === undefined || typeof next !== 'number' || known.length !== (rows?.shape[0] ?? 0)) {
      const problem =
        "the saved memory lacks the dreams that its encoder draws from, or they and their classes don't match";
      throw new ReverieError('bad-checkpoint', `${problem}; the checkpoint is not usable`);
    }
    this.clear();
    if (rows === undefined) return;
    this.#rows = new Float32Array(capacity * (rows.shape[1] ?? 0));
    this.#rows.set(rows.data);
    this.#labels.push(...known);
    this.#next = next;
  }

  /** Rows of the task's samples to choose from in addition to those of the batch, with replacement. */
  #drawSamples({ count, samples, dreams }: MemoryBatch, random: RandomStream): Uint32Array {
    if (this.encoder.drawsFromPool !== true || samples === undefined) return new Uint32Array();
    const real = count - (dreams?.count ?? 0);
    const none = dreams === undefined || dreams.count === 0;
    const wanted = none ? capacity : Math.round((this.#labels.length * real) / dreams.count);
    return Uint32Array.from({ length: wanted }, () => random.integer(samples.size));
  }

  /** Takes the dreams of a batch into the pool. */
  #keep({ count, labels, dreams }: MemoryBatch, targets: Float32Array): void {
    if (this.encoder.drawsFromPool !== true || dreams === undefined) return;
    const width = targets.length / count;
    if (this.#rows.length === 0) this.#rows = new Float32Array(capacity * width);
    for (let row = count - dreams.count; row < count; row++) {
      this.#rows.set(targets.subarray(row * width, (row + 1) * width), this.#next * width);
      this.#labels[this.#next] = labels[row] ?? -1;
      this.#next = (this.#next + 1) % capacity;
    }
  }
}

/** What each row of the batch would be reconstructed as itself: the sample, or for a dream that came with a target, that. */
function ownTargets({ count, features, dreams }: MemoryBatch): Float32Array {
  if (dreams?.targets === undefined) return features;
  const targets = features.slice();
  targets.set(dreams.targets, (count - dreams.count) * (features.length / count));
  return targets;
}
