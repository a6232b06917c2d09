import type { Samples } from '../core/dataset.js';
import type { Shape } from '../core/tensor.js';

/** Several sets of samples as one, end to end, without copying any. All must have the same sample shape. */
export function unitedSamples(parts: readonly Samples[]): Samples {
  const [first] = parts;
  if (first === undefined || parts.some(({ width }) => width !== first.width)) {
    throw new Error('samples can be united only where there are some, all of one width');
  }
  return new UnitedSamples(
    first.shape,
    first.width,
    parts.flatMap((part) => Array.from({ length: part.size }, (_, row): Place => ({ part, row }))),
  );
}

interface Place {
  readonly part: Samples;
  readonly row: number;
}

class UnitedSamples implements Samples {
  constructor(
    readonly shape: Shape,
    readonly width: number,
    private readonly places: readonly Place[],
  ) {}

  get size(): number {
    return this.places.length;
  }

  label(row: number): number {
    const { part, row: own } = this.#place(row);
    return part.label(own);
  }

  copyRows(rows: ArrayLike<number>, out: Float32Array, at = 0): void {
    for (let i = 0; i < rows.length; i++) {
      const { part, row } = this.#place(rows[i] ?? -1);
      part.copyRows([row], out, at + i);
    }
  }

  select(rows: ArrayLike<number>): Samples {
    return new UnitedSamples(
      this.shape,
      this.width,
      Array.from(rows, (row) => this.#place(row)),
    );
  }

  #place(row: number): Place {
    const place = this.places[row];
    if (place === undefined) throw new RangeError(`row ${row} is not in [0, ${this.size})`);
    return place;
  }
}
