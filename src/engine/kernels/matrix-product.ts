import { packLines, packSteps, tile, tileProducts } from './matrix-kernels.js';
import { lanes } from './wasm-module.js';
import { instantiate, webAssembly, type Run, type WasmMemory, type WasmModule } from './web-assembly.js';

/** A factor in the memory: its address, and whether it lies there transposed. */
export interface Factor {
  readonly address: number;
  readonly transposed: boolean;
}

/** [m, k]·[k, n] → [m, n] */
export interface Extents {
  readonly m: number;
  readonly k: number;
  readonly n: number;
}

/** Steps of the inner extent at a time: a strip of each factor then fits into a first cache of 32 KB. */
const stepsAtATime = 256;
/** Rows of the product at a time: as much of the first factor as a second cache of 1 MB holds next to other things. */
const rowsAtATime = 512;

/**
 * Products of matrices in a WebAssembly memory. Each element is the sum, in float32 and in order, of the products that
 * make it up, whatever the extents: the same factors give the same bytes.
 *
 * Goto and van de Geijn, "Anatomy of High-Performance Matrix Multiplication", ACM TOMS 34(3), 2008: both factors are
 * packed into strips, of which registers, first and second cache each keep what is used most often.
 */
export class MatrixProduct {
  readonly #multiply: Run;
  readonly #packA: Packing;
  readonly #packB: Packing;

  constructor(private readonly memory: WasmMemory) {
    this.#multiply = instantiate(modules().multiply, memory);
    this.#packA = new Packing(memory, tile.rows);
    this.#packB = new Packing(memory, tile.columns);
  }

  /** Bytes of scratch space that a product needs; they hold nothing from one product to the next. */
  static scratchBytes(extents: Extents): number {
    return layoutOf(extents).bytes;
  }

  /**
   * Writes a·b to `target`.
   *
   * @param scratch address of {@link MatrixProduct.scratchBytes} bytes
   */
  run(a: Factor, b: Factor, target: number, { m, k, n }: Extents, scratch: number): void {
    const { steps, rows, columns, bOffset, cOffset } = layoutOf({ m, k, n });
    for (let row = 0; row < m; row += rows) {
      const height = Math.min(rows, m - row);
      const isWhole = height % tile.rows === 0 && n === columns;
      const into = isWhole ? target + row * n * 4 : scratch + cOffset;
      for (let step = 0; step < k; step += steps) {
        const depth = Math.min(steps, k - step);
        this.#packA.pack(part(a, row, step, { lines: m, steps: k }), scratch, height, depth);
        this.#packB.pack(
          part({ ...b, transposed: !b.transposed }, 0, step, { lines: n, steps: k }),
          scratch + bOffset,
          n,
          depth,
        );
        this.#multiply(
          scratch,
          scratch + bOffset,
          into,
          depth,
          Math.ceil(height / tile.rows),
          columns / tile.columns,
          columns * 4,
          step === 0 ? 0 : 1,
        );
      }
      if (!isWhole) this.#crop(into, columns, target + row * n * 4, n, height);
    }
  }

  /** Copies the first `width` numbers of each row. */
  #crop(from: number, fromWidth: number, to: number, width: number, rows: number): void {
    const floats = new Float32Array(this.memory.buffer);
    for (let row = 0; row < rows; row++) {
      const start = from / 4 + row * fromWidth;
      floats.copyWithin(to / 4 + row * width, start, start + width);
    }
  }
}

/** Lines of a factor, as strips want them: rows of the first factor, columns of the second. */
interface Lines {
  readonly address: number;
  /** From one line to the next, in floats. */
  readonly lineStride: number;
  /** From one number of a line to the next, in floats. */
  readonly stepStride: number;
}

/** Lines from `line` on, each from `step` on. */
function part(
  { address, transposed }: Factor,
  line: number,
  step: number,
  whole: { readonly lines: number; readonly steps: number },
): Lines {
  const [lineStride, stepStride] = transposed ? [1, whole.lines] : [whole.steps, 1];
  return { address: address + (line * lineStride + step * stepStride) * 4, lineStride, stepStride };
}

/** Puts lines into strips of `width`. What is no multiple of a vector is copied number by number. */
class Packing {
  readonly #lines: Run;
  readonly #steps: Run;

  constructor(
    private readonly memory: WasmMemory,
    private readonly width: 4 | 8,
  ) {
    this.#lines = instantiate(modules().lines[width], memory);
    this.#steps = instantiate(modules().steps[width], memory);
  }

  pack(source: Lines, target: number, lines: number, steps: number): void {
    const { address, lineStride, stepStride } = source;
    const whole = Math.floor(lines / this.width);
    if (stepStride === 1) {
      this.#lines(address, target, lineStride * 4, steps, whole);
      this.#copy(source, target, [0, whole * this.width], [steps - (steps % lanes), steps], steps);
    } else {
      this.#steps(address, target, stepStride * 4, steps, whole);
    }
    this.#copy(source, target, [whole * this.width, lines], [0, steps], steps);
  }

  #copy(
    { address, lineStride, stepStride }: Lines,
    target: number,
    [firstLine, endLine]: readonly [number, number],
    [firstStep, endStep]: readonly [number, number],
    steps: number,
  ): void {
    const floats = new Float32Array(this.memory.buffer);
    for (let line = firstLine; line < endLine; line++) {
      const from = address / 4 + line * lineStride;
      const strip = line - (line % this.width);
      const to = target / 4 + strip * steps + (line - strip);
      for (let step = firstStep; step < endStep; step++) {
        floats[to + step * this.width] = floats[from + step * stepStride] ?? NaN;
      }
    }
  }
}

/** How a product is cut, and where its parts lie in the scratch space: A, then B, then C where it does not fit tiles. */
function layoutOf({ m, k, n }: Extents) {
  const steps = evenly(k, stepsAtATime, 1);
  const rows = evenly(m, rowsAtATime, tile.rows);
  const columns = Math.ceil(n / tile.columns) * tile.columns;
  const bOffset = rows * steps * 4;
  const cOffset = bOffset + columns * steps * 4;
  return {
    steps,
    rows,
    columns,
    bOffset,
    cOffset,
    bytes: cOffset + (m % tile.rows === 0 && n === columns ? 0 : rows * columns * 4),
  };
}

/** Size of the parts, about equal multiples of `unit`, into which an extent is cut so that none is over `most`. */
function evenly(extent: number, most: number, unit: number): number {
  return Math.ceil(extent / Math.ceil(extent / most) / unit) * unit;
}

interface Modules {
  readonly multiply: WasmModule;
  readonly lines: Readonly<Record<4 | 8, WasmModule>>;
  readonly steps: Readonly<Record<4 | 8, WasmModule>>;
}

let compiled: Modules | undefined;

function modules(): Modules {
  const { Module } = webAssembly;
  compiled ??= {
    multiply: new Module(tileProducts()),
    lines: { 4: new Module(packLines(4)), 8: new Module(packLines(8)) },
    steps: { 4: new Module(packSteps(4)), 8: new Module(packSteps(8)) },
  };
  return compiled;
}
