import { ReverieError } from '../../core/errors.js';
import type { TensorMap } from '../../core/tensor.js';
import type { Engine, Feeds, Program, Variables } from '../engine.js';
import { gradients } from '../graph/gradients.js';
import { topologicalOrder, type GraphNode, type Variable } from '../graph/node.js';
import { add, matMul, mul, reshape, square, sum, variable } from '../graph/ops.js';

/**
 * Σₙ wₙ·(∂lₙ/∂θ)² for each parameter θ: the squared gradient of each row's own loss, summed over rows. Never the square of
 * the sum, which is another number, and which every framework has computed at some time in place of this one.
 *
 * A row's gradient of a kernel W in z = a·W is aₙ ⊗ δₙ with δₙ = ∂lₙ/∂zₙ, and its square aₙ² ⊗ δₙ²; of a bias it is δₙ. So
 * one backward pass to z and one product give all rows at once. Rows must not interact, and parameters must be kernels and
 * biases of fully connected layers.
 *
 * @param rowLosses [batch]
 * @param rowWeights [batch]
 * @throws ReverieError `bad-shape` for a parameter that is used in another way, say a convolution's
 */
export function squaredGradients(
  rowLosses: GraphNode,
  rowWeights: GraphNode,
  parameters: readonly Variable[],
): readonly GraphNode[] {
  const total = sum(rowLosses);
  const nodes = topologicalOrder([total]);
  const uses = parameters.map((parameter) => useOf(parameter, nodes));
  const deltas = gradients(total, uses);
  const [batch = 0] = rowWeights.shape;
  const weights = reshape(rowWeights, [batch, 1]);
  return uses.map((use, i) => {
    const delta = deltas[i];
    if (delta === undefined) throw new Error('a gradient for each use');
    const weighted = mul(square(delta), weights);
    return use.op === 'matMul' ? matMul(square(use.inputs[0]), weighted, { transposeA: true }) : sum(weighted, [0]);
  });
}

/** The one node in which the rows meet a parameter: the product with a kernel, or the sum with a bias. */
function useOf(parameter: Variable, nodes: readonly GraphNode[]): GraphNode {
  const isIt = (node: GraphNode | undefined): boolean => node?.op === 'variable' && node.name === parameter.name;
  const [use, ...others] = nodes.filter((node) => node.inputs.some(isIt));
  const product = use?.op === 'matMul' && isIt(use.inputs[1]) && !use.transposeA && !use.transposeB;
  const bias = use?.op === 'add' && use.shape.length === 2 && parameter.shape.length === 1;
  if (use !== undefined && others.length === 0 && (product || bias)) return use;
  throw new ReverieError(
    'bad-shape',
    `squared gradients of single rows: parameter "${parameter.name}" is no kernel or bias of a fully connected layer ` +
      'that is used once; take a network of such layers',
  );
}

/** Adds {@link squaredGradients} up over batches, in the engine. */
export class SquaredGradientSum {
  readonly #program: Promise<Program>;
  readonly #values: Variables;

  /**
   * @param parameters at which gradients are taken, in the order of what `graph` gives
   * @param graph the squared gradients of a batch
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
    const squares = graph();
    const updates = Object.entries(parameters).map(([name, { shape }], i) => {
      const square = squares[i];
      if (square === undefined) throw new Error(`no squared gradient for ${name}`);
      return [sumOf(name), add(variable(sumOf(name), shape), square)] as const;
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
  return `squares/${parameter}`;
}
