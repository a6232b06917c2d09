import type { OnnxAttributes, OnnxGraph, OnnxInitializer, OnnxNode, OnnxValue } from './model.js';

/** Collects the parts of an ONNX graph and names what has no name. */
export class OnnxBuilder {
  readonly #nodes: OnnxNode[] = [];
  readonly #initializers: OnnxInitializer[] = [];
  readonly #inputs = new Map<string, OnnxValue>();
  #count = 0;

  /** @param threads the most that will ever run the model, where all numbers of them must give the same bytes; else 1 */
  constructor(readonly threads = 1) {}

  /** A name that nothing has yet. */
  fresh(): string {
    return `v${this.#count++}`;
  }

  /** Adds a node with one output, and gives the output's name. */
  emit(opType: string, inputs: readonly string[], attributes: OnnxAttributes = {}, to = this.fresh()): string {
    this.#nodes.push({ opType, inputs, outputs: [to], attributes });
    return to;
  }

  input(value: OnnxValue): string {
    this.#inputs.set(value.name, value);
    return value.name;
  }

  constant(shape: OnnxInitializer['shape'], data: OnnxInitializer['data']): string {
    const name = this.fresh();
    this.#initializers.push({ name, shape, data });
    return name;
  }

  scalar(value: number): string {
    return this.constant([], Float32Array.of(value));
  }

  /** A list of integers: axes, a shape, … */
  integers(values: readonly number[]): string {
    return this.constant([values.length], BigInt64Array.from(values, BigInt));
  }

  graph(outputs: readonly OnnxValue[]): OnnxGraph {
    return { nodes: this.#nodes, initializers: this.#initializers, inputs: [...this.#inputs.values()], outputs };
  }
}
