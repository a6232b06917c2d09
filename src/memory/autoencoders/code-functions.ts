import type { FrozenAutoencoder } from '../../core/sampler.js';
import type { Engine, Variables } from '../../engine/engine.js';
import type { GraphNode } from '../../engine/graph/node.js';
import { BatchedFunction } from '../../engine/training/batched-function.js';

export interface CodeFunctionsOptions {
  /** Values per sample. */
  readonly width: number;
  /** Values per code. */
  readonly codeWidth: number;
  /** [batch, width] → [batch, codeWidth] */
  readonly encode: (x: GraphNode) => GraphNode;
  /** [batch, codeWidth] → [batch, width] */
  readonly decode: (code: GraphNode) => GraphNode;
}

/** An autoencoder applied: x ↦ code, code ↦ x, and both in turn as one program. */
export class CodeFunctions {
  readonly #encode: BatchedFunction;
  readonly #decode: BatchedFunction;
  readonly #reconstruct: BatchedFunction;

  constructor(
    engine: Engine,
    private readonly options: CodeFunctionsOptions,
  ) {
    const { width, codeWidth, encode, decode } = options;
    this.#encode = new BatchedFunction(engine, width, encode);
    this.#decode = new BatchedFunction(engine, codeWidth, decode);
    this.#reconstruct = new BatchedFunction(engine, width, (x) => decode(encode(x)));
  }

  /** The autoencoder with these parameters. */
  with(parameters: Variables): FrozenAutoencoder {
    const { width, codeWidth } = this.options;
    return {
      width,
      codeWidth,
      encode: (features, count) => this.#encode.apply(features, count, parameters),
      decode: (codes, count) => this.#decode.apply(codes, count, parameters),
      reconstruct: (features, count) => this.#reconstruct.apply(features, count, parameters),
    };
  }

  dispose(): void {
    for (const rowFunction of [this.#encode, this.#decode, this.#reconstruct]) rowFunction.dispose();
  }
}
