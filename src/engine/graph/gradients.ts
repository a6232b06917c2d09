import type { Shape } from '../../core/tensor.js';
import type { GraphNode } from './node.js';
import { topologicalOrder } from './node.js';
import { add, broadcastTo, constant, div, exp, matMul, mul, neg, reluGrad, reshape, sigmoid, sub, sum } from './ops.js';
import { describe, shapeError } from './shapes.js';
import { ReverieError } from '../../core/errors.js';

/**
 * Reverse-mode differentiation: ∂loss/∂w for each w in `wrt`, as nodes of the same graph language, so that one set of
 * gradients serves every executor.
 *
 * @param loss a scalar node
 * @param wrt nodes that `loss` depends on
 * @throws bad-shape where `loss` is not a scalar or does not depend on one of `wrt`
 */
export function gradients(loss: GraphNode, wrt: readonly GraphNode[]): GraphNode[] {
  if (loss.shape.length > 0) throw shapeError('gradients', [loss], 'the loss must be a scalar');
  const order = topologicalOrder([loss]);
  const needed = nodesOnTheWayTo(wrt, order);
  const upstream = new Map<Identity, GraphNode>([[identityOf(loss), constant(1)]]);
  for (const node of order.reverse()) {
    const g = upstream.get(identityOf(node));
    if (g === undefined || node.inputs.length === 0) continue;
    const contributions = inputGradients(node, g);
    node.inputs.forEach((input, i) => {
      const contribution = contributions[i];
      const identity = identityOf(input);
      if (contribution === undefined || !needed.has(identity)) return;
      const sofar = upstream.get(identity);
      upstream.set(identity, sofar === undefined ? contribution() : add(sofar, contribution()));
    });
  }
  return wrt.map((w) => {
    const g = upstream.get(identityOf(w));
    if (g === undefined) {
      throw new ReverieError('bad-shape', `gradients: the loss does not depend on ${describe(w)}`);
    }
    return broadcastTo(g, w.shape);
  });
}

/** Two nodes for a variable of the same name are the same variable: their gradients add up. */
type Identity = GraphNode | string;

function identityOf(node: GraphNode): Identity {
  return node.op === 'variable' ? node.name : node;
}

function nodesOnTheWayTo(wrt: readonly GraphNode[], order: readonly GraphNode[]): Set<Identity> {
  const needed = new Set<Identity>(wrt.map(identityOf));
  for (const node of order) {
    if (node.inputs.some((input) => needed.has(identityOf(input)))) needed.add(identityOf(node));
  }
  return needed;
}

/** For each input the gradient that node `y` passes back, given ∂loss/∂y = g; made only where it is needed. */
function inputGradients(y: GraphNode, g: GraphNode): readonly (() => GraphNode)[] {
  switch (y.op) {
    case 'neg':
      return [() => neg(g)];
    case 'exp':
      return [() => mul(g, y)];
    case 'log':
      return [() => div(g, y.inputs[0])];
    case 'sqrt':
      return [() => div(mul(g, constant(0.5)), y)];
    case 'square':
      return [() => mul(mul(g, constant(2)), y.inputs[0])];
    case 'relu':
      return [() => reluGrad(broadcastTo(g, y.shape), y)];
    case 'sigmoid':
      return [() => mul(mul(g, y), sub(constant(1), y))];
    case 'tanh':
      return [() => mul(g, sub(constant(1), mul(y, y)))];
    case 'add':
      return y.inputs.map((input) => () => sumTo(g, input.shape, y.shape));
    case 'sub':
      return [() => sumTo(g, y.inputs[0].shape, y.shape), () => neg(sumTo(g, y.inputs[1].shape, y.shape))];
    case 'mul': {
      const [a, b] = y.inputs;
      return [() => sumTo(mul(g, b), a.shape, y.shape), () => sumTo(mul(g, a), b.shape, y.shape)];
    }
    case 'div': {
      const [a, b] = y.inputs;
      return [() => sumTo(div(g, b), a.shape, y.shape), () => sumTo(neg(div(mul(g, y), b)), b.shape, y.shape)];
    }
    case 'reluGrad': {
      // Linear in its first input; in its second it is piecewise constant, so that derivative is 0 almost everywhere.
      const [a, b] = y.inputs;
      const zero = constant(0);
      return [() => sumTo(reluGrad(broadcastTo(g, y.shape), b), a.shape, y.shape), () => broadcastTo(zero, b.shape)];
    }
    case 'sigmoidCrossEntropy': {
      // d/dz [log(1 + eᶻ) − z·t] = σ(z) − t; d/dt = −z.
      const [z, t] = y.inputs;
      return [() => sumTo(mul(g, sub(sigmoid(z), t)), z.shape, y.shape), () => sumTo(mul(g, neg(z)), t.shape, y.shape)];
    }
    case 'matMul': {
      const [a, b] = y.inputs;
      const { transposeA, transposeB } = y;
      const dy = broadcastTo(g, y.shape);
      return [
        () =>
          transposeA
            ? matMul(b, dy, { transposeA: transposeB, transposeB: true })
            : matMul(dy, b, { transposeB: !transposeB }),
        () =>
          transposeB
            ? matMul(dy, a, { transposeA: true, transposeB: transposeA })
            : matMul(a, dy, { transposeA: !transposeA }),
      ];
    }
    case 'sum': {
      const [x] = y.inputs;
      const kept = x.shape.map((extent, axis) => (y.axes.includes(axis) ? 1 : extent));
      return [() => broadcastTo(reshape(broadcastTo(g, y.shape), kept), x.shape)];
    }
    case 'softmax':
      // dx = y ⊙ (g − Σ g⊙y)
      return [() => mul(y, sub(g, rowSum(mul(g, y))))];
    case 'logSoftmax':
      // dx = g − softmax(x) · Σ g
      return [() => sub(g, mul(exp(y), rowSum(broadcastTo(g, y.shape))))];
    case 'reshape':
      return [() => reshape(broadcastTo(g, y.shape), y.inputs[0].shape)];
    case 'broadcastTo':
      return [() => sumTo(g, y.inputs[0].shape, y.shape)];
    case 'feed':
    case 'variable':
    case 'constant':
      return [];
  }
}

/** Sums along the last axis, keeping it with extent 1. */
function rowSum(x: GraphNode): GraphNode {
  const last = x.shape.length - 1;
  return reshape(sum(x, [last]), [...x.shape.slice(0, last), 1]);
}

/** The adjoint of broadcasting from `shape` to `from`: sums over every axis that was stretched. */
function sumTo(g: GraphNode, shape: Shape, from: Shape): GraphNode {
  const full = broadcastTo(g, from);
  const offset = from.length - shape.length;
  const stretched = from.flatMap((extent, axis) => {
    const own = axis < offset ? undefined : shape[axis - offset];
    return own === undefined || (own === 1 && extent !== 1) ? [axis] : [];
  });
  return reshape(sum(full, stretched), shape);
}
