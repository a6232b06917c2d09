import type { GraphNode } from '../../engine/graph/node.js';
import * as g from '../../engine/graph/ops.js';
import { rowSums } from '../../engine/losses.js';
import { activations } from '../../engine/networks/activations.js';
import { variables, type Network } from '../../engine/networks/network.js';

/** The activations whose derivative is a function of their value, which is all that is kept of a layer. */
const slopes = {
  sigmoid: (h: GraphNode): GraphNode => g.mul(h, g.sub(g.constant(1), h)),
  tanh: (h: GraphNode): GraphNode => g.sub(g.constant(1), g.square(h)),
  relu: (h: GraphNode): GraphNode => g.greater(h, g.constant(0)),
} as const;

export const jacobianActivations = ['linear', 'relu', 'sigmoid', 'tanh'] as const;

interface DenseStep {
  /** [before, units] */
  readonly kernel: GraphNode;
  /** Derivative of the activation at each unit, [batch, units]; absent where it is linear. */
  readonly slope?: GraphNode;
}

/** A network applied, and how much it stretches what is near. */
export interface EncodedWithJacobianNorm {
  /** f(x), [batch, units] */
  readonly output: GraphNode;
  /** ‖∂f(x)/∂x‖²_F of each row, [batch] */
  readonly norms: GraphNode;
}

/**
 * A network f of dense layers and activations, with the squared Frobenius norm of its Jacobian at each row. Of one layer
 * h = s(x·W + b) that is Σⱼ s′ⱼ²·Σᵢ Wᵢⱼ² (Rifai et al. 2011, "Contractive auto-encoders", equation 3). Of more layers it is
 * exact as well, not an estimate: J = Dₗ·Wₗᵀ ⋯ D₁·W₁ᵀ, D being diagonal of slopes, is multiplied out from the code down to
 * A = Dₗ·Wₗᵀ ⋯ D₁, and ‖A·W₁ᵀ‖² = Σ (A·W₁ᵀW₁)∘A, which never has a matrix as wide as a sample for each row.
 *
 * @param x [batch, width]
 * @throws RangeError for layers of other kinds, or activations other than {@link jacobianActivations}
 */
export function encodeWithJacobianNorm(network: Network, x: GraphNode): EncodedWithJacobianNorm {
  const { output, steps } = applied(network, x);
  const [batch = 1] = x.shape;
  const [first, top] = [steps[0], steps.at(-1)];
  if (first === undefined || top === undefined) throw new RangeError(`network "${network.name}" has no dense layer`);
  const norms = first === top ? oneLayer(first, batch) : severalLayers(first, steps.slice(1, -1), top, batch);
  return { output, norms };
}

function applied(network: Network, x: GraphNode): { readonly output: GraphNode; readonly steps: readonly DenseStep[] } {
  const values = variables(network).trainable[Symbol.iterator]();
  const steps: DenseStep[] = [];
  const output = network.layers.reduce((h, layer) => {
    const last = steps.at(-1);
    if (layer.kind === 'activation' && last !== undefined) {
      const after = activations[layer.activation](h);
      if (layer.activation !== 'linear') steps[steps.length - 1] = { ...last, slope: slopeOf(layer.activation, after) };
      return after;
    }
    const [kernel, bias] = [values.next().value, values.next().value];
    if (layer.kind !== 'dense' || kernel === undefined || bias === undefined) {
      throw new RangeError(
        `network "${network.name}" has a ${layer.kind} layer; its Jacobian is known for dense ones only`,
      );
    }
    steps.push({ kernel });
    return g.add(g.matMul(h, kernel), bias);
  }, x);
  return { output, steps };
}

function slopeOf(activation: string, value: GraphNode): GraphNode {
  const known: Readonly<Record<string, (h: GraphNode) => GraphNode>> = slopes;
  const slope = known[activation];
  if (slope === undefined) {
    throw new RangeError(
      `the slope of ${activation} is not a function of its value; known: ${jacobianActivations.join(', ')}`,
    );
  }
  return slope(value);
}

function oneLayer({ kernel, slope }: DenseStep, batch: number): GraphNode {
  const columns = g.sum(g.square(kernel), [0]);
  if (slope === undefined) return g.broadcastTo(g.sum(columns), [batch]);
  return rowSums(g.mul(g.square(slope), columns));
}

function severalLayers(first: DenseStep, middle: readonly DenseStep[], top: DenseStep, batch: number): GraphNode {
  const [below = 1, units = 1] = top.kernel.shape;
  const transposed = g.reshape(g.transpose(top.kernel, [1, 0]), [1, units, below]);
  // Rows of the Jacobian of the code by the layer under it, [batch, units of the code, width of that layer].
  const highest =
    top.slope === undefined
      ? g.broadcastTo(transposed, [batch, units, below])
      : g.mul(g.reshape(top.slope, [batch, units, 1]), transposed);
  const lowest = [...middle].reverse().reduce((rows, step) => {
    const [before = 1] = step.kernel.shape;
    const down = g.matMul(scaleByDerivative(rows, step), step.kernel, { transposeB: true });
    return g.reshape(down, [batch, units, before]);
  }, highest);
  const through = scaleByDerivative(lowest, first);
  const gram = g.matMul(first.kernel, first.kernel, { transposeA: true });
  const squares = g.sum(g.mul(g.matMul(through, gram), through), [1]);
  return rowSums(g.reshape(squares, [batch, units]));
}

/** R·D: rows [batch, units, width], each value times its unit's slope, as a matrix [batch · units, width]. */
function scaleByDerivative(rows: GraphNode, { slope }: DenseStep): GraphNode {
  const [batch = 1, units = 1, width = 1] = rows.shape;
  const scaled = slope === undefined ? rows : g.mul(rows, g.reshape(slope, [batch, 1, width]));
  return g.reshape(scaled, [batch * units, width]);
}
