import { joined } from '../../core/tensor.js';
import type { Engine, Variables, Program, ProgramDefinition } from '../engine.js';
import type { GraphNode } from '../graph/node.js';
import { feed } from '../graph/ops.js';
import { AsyncCache } from '../../core/async-cache.js';

/** Fewest rows that go through at once: below, a program of its own would save less than it costs to compile. */
const smallestBatch = 64;

/** Largest number of rows that go through at once; bounds the memory that a call takes. */
const largestBatch = 1024;

/**
 * A function of any number of rows, computed in batches of a power of two from 64 to 1,024, filled up with zeros, so
 * that five programs at most are ever compiled.
 */
export class BatchedFunction {
  readonly #programs: ProgramsByBatch;

  /**
   * @param inputWidth values per row
   * @param graph the function on x of shape [batch, inputWidth]; gives [batch, n]
   */
  constructor(
    engine: Engine,
    private readonly inputWidth: number,
    graph: (x: GraphNode) => GraphNode,
  ) {
    this.#programs = new ProgramsByBatch(engine, (batch) => ({
      fetches: { y: graph(feed('x', [batch, inputWidth])) },
    }));
  }

  /**
   * The function of `count` rows: `count` rows, one after the other.
   *
   * @param rows at least `count * inputWidth` long
   */
  async apply(rows: Float32Array, count: number, variables: Variables): Promise<Float32Array> {
    const parts: Float32Array[] = [];
    for (let from = 0; from < count; from += largestBatch) {
      const here = Math.min(largestBatch, count - from);
      parts.push(
        await this.#batch(rows.subarray(from * this.inputWidth, (from + here) * this.inputWidth), here, variables),
      );
    }
    return joined(parts);
  }

  dispose(): void {
    this.#programs.dispose();
  }

  async #batch(rows: Float32Array, count: number, variables: Variables): Promise<Float32Array> {
    const batch = Math.max(smallestBatch, 2 ** Math.ceil(Math.log2(count)));
    let x = rows;
    if (batch !== count) {
      x = new Float32Array(batch * this.inputWidth);
      x.set(rows);
    }
    const program = await this.#programs.get(batch);
    const { y = new Float32Array() } = await program.run({ x }, variables);
    return batch === count ? y : y.subarray(0, (y.length / batch) * count);
  }
}

/** One program for each batch size that occurs, compiled when it is first needed. */
export class ProgramsByBatch {
  readonly #programs = new AsyncCache<number, Program>();

  /** @param define the program for a batch of this many rows */
  constructor(
    private readonly engine: Engine,
    private readonly define: (batch: number) => ProgramDefinition,
  ) {}

  get(batch: number): Promise<Program> {
    return this.#programs.get(batch, () => this.engine.compile(this.define(batch)));
  }

  dispose(): void {
    void this.#programs.clear((program) => {
      program.dispose();
    });
  }
}
