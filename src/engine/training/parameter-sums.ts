import type { TensorMap } from '../../core/tensor.js';
import type { Engine, Feeds, Program, Variables } from '../engine.js';
import type { GraphNode } from '../graph/node.js';
import { add, variable } from '../graph/ops.js';

/** Adds up over batches, in the engine, a value for each value of the parameters, say {@link rowGradients}. */
export class ParameterSums {
  readonly #program: Promise<Program>;
  readonly #values: Variables;

  /**
   * @param parameters that the values are taken at, in the order of what `graph` gives
   * @param graph what a batch adds, in the shapes of the parameters
   */
  constructor(
    engine: Engine,
    private readonly parameters: TensorMap,
    graph: () => readonly GraphNode[],
  ) {
    const zeros = Object.entries(parameters).map(([name, { shape, data }]) => {
      return [sumOf(name), { shape, data: new Float32Array(data.length) }] as const;
    });
    this.#values = engine.variables({ ...parameters, ...Object.fromEntries(zeros) });
    const added = graph();
    const updates = Object.entries(parameters).map(([name, { shape }], i) => {
      const one = added[i];
      if (one === undefined) throw new Error(`nothing to add for ${name}`);
      return [sumOf(name), add(variable(sumOf(name), shape), one)] as const;
    });
    this.#program = engine.compile({ fetches: {}, updates: Object.fromEntries(updates) });
  }

  async add(feeds: Feeds): Promise<void> {
    await (await this.#program).run(feeds, this.#values);
  }

  /** The sums so far, by parameter. */
  read(): TensorMap {
    return Object.fromEntries(Object.keys(this.parameters).map((name) => [name, this.#values.read(sumOf(name))]));
  }

  dispose(): void {
    void this.#program.then((program) => {
      program.dispose();
    });
    this.#values.dispose();
  }
}

function sumOf(parameter: string): string {
  return `sum/${parameter}`;
}
