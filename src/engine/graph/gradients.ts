import { topologicalOrder, describe, shapeError, type GraphNode } from './node.js';
import { averagePoolGradient, convolutionGradients, maxPoolGradient } from './gradients/spatial.js';
import {
  elementwiseGradients,
  layoutGradients,
  matMulGradients,
  reductionGradients,
  rowWiseGradients,
  type InputGradients,
} from './gradients/rules.js';
import { add, broadcastTo, constant } from './ops.js';
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

/** Two nodes for a variable or a feed of the same name are the same value: their gradients add up. */
type Identity = GraphNode | string;

function identityOf(node: GraphNode): Identity {
  return node.op === 'variable' || node.op === 'feed' ? `${node.op} ${node.name}` : node;
}

function nodesOnTheWayTo(wrt: readonly GraphNode[], order: readonly GraphNode[]): Set<Identity> {
  const needed = new Set<Identity>(wrt.map(identityOf));
  for (const node of order) {
    if (node.inputs.some((input) => needed.has(identityOf(input)))) needed.add(identityOf(node));
  }
  return needed;
}

/** For each input the gradient that node `y` passes back, given ∂loss/∂y = g, which may still have to be broadcast. */
function inputGradients(y: GraphNode, g: GraphNode): InputGradients {
  switch (y.op) {
    case 'feed':
    case 'variable':
    case 'constant':
      return [];
    case 'matMul':
      return matMulGradients(y, g);
    case 'sum':
    case 'max':
    case 'min':
      return reductionGradients(y, g);
    case 'softmax':
    case 'logSoftmax':
      return rowWiseGradients(y, g);
    case 'reshape':
    case 'broadcastTo':
    case 'transpose':
    case 'concat':
    case 'slice':
    case 'pad':
      return layoutGradients(y, g);
    case 'conv2d':
    case 'convTranspose2d':
    case 'conv2dKernelGrad':
      return convolutionGradients(y, g);
    case 'maxPool2d':
      return [() => maxPoolGradient(y, g)];
    case 'averagePool2d':
      return [() => averagePoolGradient(y, g)];
    default:
      return elementwiseGradients(y, g);
  }
}
