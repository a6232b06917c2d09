import type { GraphNode } from '../graph/node.js';
import * as g from '../graph/ops.js';

/** The activation functions that a layer can name, value by value; derivatives come from the graph. */
export const activations = {
  linear: (x) => x,
  /** max(x, 0). */
  relu: g.relu,
  /** x where x > 0, else 0.01·x (Maas, Hannun & Ng 2013). */
  leakyRelu: (x) => g.where(positive(x), x, g.mul(x, g.constant(0.01))),
  /** x where x > 0, else eˣ − 1 (Clevert, Unterthiner & Hochreiter 2016, α = 1). */
  elu: (x) => {
    // Held at 0 where x > 0: an overflow there would be no number in the gradient, even times 0.
    const negative = g.where(positive(x), g.constant(0), x);
    return g.where(positive(x), x, g.sub(g.exp(negative), g.constant(1)));
  },
  /** x·Φ(x) by the approximation ½·x·(1 + tanh(√(2/π)·(x + 0.044715·x³))) (Hendrycks & Gimpel 2016, section 2). */
  gelu: (x) => {
    const cubic = g.mul(g.mul(g.square(x), x), g.constant(0.044715));
    const inner = g.mul(g.add(x, cubic), g.constant(Math.sqrt(2 / Math.PI)));
    return g.mul(g.mul(x, g.constant(0.5)), g.add(g.tanh(inner), g.constant(1)));
  },
  /** x·σ(x) (Hendrycks & Gimpel 2016; Elfwing, Uchibe & Doya 2018). */
  silu: (x) => g.mul(x, g.sigmoid(x)),
  /** log(1 + eˣ). */
  softplus: g.softplus,
  sigmoid: g.sigmoid,
  tanh: g.tanh,
} as const satisfies Record<string, (x: GraphNode) => GraphNode>;

export type Activation = keyof typeof activations;

/** Those that pass positive values on nearly unchanged and hold back the others: He's initialisation is for them. */
const rectifiers: readonly Activation[] = ['relu', 'leakyRelu', 'elu', 'gelu', 'silu'];

/** Whether weights before this activation are to be drawn as He et al. 2015 do. */
export function isRectifier(activation: Activation): boolean {
  return rectifiers.includes(activation);
}

function positive(x: GraphNode): GraphNode {
  return g.greater(x, g.constant(0));
}
