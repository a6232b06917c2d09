import { ReverieError } from '../../core/errors.js';
import { gradients } from '../graph/gradients.js';
import { topologicalOrder, type GraphNode, type Variable } from '../graph/node.js';
import { abs, matMul, mul, reshape, square, sum } from '../graph/ops.js';

/** What is taken of the gradient of a row: both are of a product what the product of both is. */
const rules = { square, absolute: abs } as const;
export type RowGradientRule = keyof typeof rules;

/**
 * Σₙ wₙ·f(∂lₙ/∂θ) for each parameter θ, f the square or the absolute value: of the gradient of each row's own loss, summed
 * over rows. Never f of the sum, which is another number, and which every framework has computed at some time in place of
 * this one.
 *
 * A row's gradient of a kernel W in z = a·W is aₙ ⊗ δₙ with δₙ = ∂lₙ/∂zₙ, and f of it f(aₙ) ⊗ f(δₙ); of a bias it is δₙ. So
 * one backward pass to z and one product give all rows at once. Rows must not interact, and parameters must be kernels and
 * biases of fully connected layers; in a batch of one row they may be any.
 *
 * @param rowLosses [batch]
 * @param rowWeights [batch], at least 0
 * @throws ReverieError `bad-shape` for a parameter that is used in another way, say a convolution's, in more rows than one
 */
export function rowGradients(
  rowLosses: GraphNode,
  rowWeights: GraphNode,
  parameters: readonly Variable[],
  rule: RowGradientRule,
): readonly GraphNode[] {
  const f = rules[rule];
  const total = sum(rowLosses);
  const [batch = 0] = rowWeights.shape;
  if (batch === 1) return gradients(total, parameters).map((gradient) => mul(f(gradient), sum(rowWeights)));
  const nodes = topologicalOrder([total]);
  const uses = parameters.map((parameter) => useOf(parameter, nodes));
  const deltas = gradients(total, uses);
  const weights = reshape(rowWeights, [batch, 1]);
  return uses.map((use, i) => {
    const delta = deltas[i];
    if (delta === undefined) throw new Error('a gradient for each use');
    const weighted = mul(f(delta), weights);
    return use.op === 'matMul' ? matMul(f(use.inputs[0]), weighted, { transposeA: true }) : sum(weighted, [0]);
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
    `gradients of single rows: parameter "${parameter.name}" is no kernel or bias of a fully connected layer ` +
      'that is used once; take a network of such layers, or one row at a time',
  );
}
