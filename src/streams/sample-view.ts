import type { Samples } from '../core/dataset.js';
import type { Shape } from '../core/tensor.js';

/** Samples as others are, but for what a view of them changes when they are read. Nothing is copied. */
export abstract class SampleView implements Samples {
  constructor(protected readonly base: Samples) {}

  get size(): number {
    return this.base.size;
  }

  get shape(): Shape {
    return this.base.shape;
  }

  get width(): number {
    return this.base.width;
  }

  label(row: number): number {
    return this.base.label(row);
  }

  copyRows(rows: ArrayLike<number>, out: Float32Array, at?: number): void {
    this.base.copyRows(rows, out, at);
  }

  abstract select(rows: ArrayLike<number>): Samples;
}
