import { topologicalOrder, sameShape, type Binary, type GraphNode, type Leaf } from '../../graph/node.js';
import { simplify } from '../../graph/simplify.js';
import { tensorFlowNames } from '../../tensorflow-names.js';
import { integers, raw, scalar, type Operation } from './operation.js';

/**
 * Translates a graph into TensorFlow's ops, taking several nodes together where there is one op for them.
 *
 * @returns for each of `outputs`, what computes it
 */
export function lower(outputs: readonly GraphNode[]): (node: GraphNode) => Operation {
  const simpler = simplify(outputs);
  const operations = new Map<GraphNode, Operation>();
  const leaves = new Map<string, Operation>();
  const known = (node: GraphNode): Operation => {
    const operation = operations.get(node);
    if (operation === undefined) throw new Error(`node ${node.op} is used before it is lowered`);
    return operation;
  };
  for (const node of topologicalOrder(outputs.map(simpler))) {
    operations.set(node, isLeaf(node) ? leaf(node, leaves) : lowerOp(node, known));
  }
  return (node) => known(simpler(node));
}

function isLeaf(node: GraphNode): node is Leaf {
  return node.op === 'feed' || node.op === 'variable' || node.op === 'constant';
}

/** Two nodes for one name are one operation: each variable is read once. */
function leaf(node: Leaf, leaves: Map<string, Operation>): Operation {
  if (node.op === 'constant') return { kind: 'constant', value: node, inputs: [] };
  const { op, name, shape } = node;
  const key = `${op}:${name}`;
  const operation: Operation = leaves.get(key) ?? { kind: op === 'feed' ? 'feed' : 'read', name, shape, inputs: [] };
  leaves.set(key, operation);
  return operation;
}

function lowerOp(node: Exclude<GraphNode, Leaf>, of: (node: GraphNode) => Operation): Operation {
  const inputs = node.inputs.map(of);
  const [a, b] = inputs;
  switch (node.op) {
    case 'matMul':
      return raw('MatMul', inputs, { transpose_a: node.transposeA, transpose_b: node.transposeB });
    case 'reshape':
      return raw('Reshape', [...inputs, integers(node.shape)]);
    case 'broadcastTo':
      return raw('BroadcastTo', [...inputs, integers(node.shape)]);
    case 'max':
      return raw('Max', [...inputs, integers(node.axes)]);
    case 'min':
      return raw('Min', [...inputs, integers(node.axes)]);
    case 'transpose':
      return raw('Transpose', [...inputs, integers(node.permutation)]);
    case 'clip':
      return raw('ClipByValue', [...inputs, scalar(node.min), scalar(node.max)]);
    case 'add':
      return biasAdd(node, of) ?? named(node, inputs);
    case 'mul':
      return activationGradient(node, of) ?? named(node, inputs);
    case 'reluGrad':
      return sameShape(node.inputs[0].shape, node.inputs[1].shape) ? raw('ReluGrad', inputs) : named(node, inputs);
    case 'sigmoidCrossEntropy':
      if (a === undefined || b === undefined) throw new Error('sigmoidCrossEntropy has two inputs');
      return raw('Sub', [raw('Softplus', [a]), raw('Mul', [a, b])]);
    case 'sum': {
      const [x] = node.inputs;
      if (x.op === 'square' && node.shape.length === 0) {
        // L2Loss(x) = Σx²/2
        return raw('Mul', [raw('L2Loss', [of(x.inputs[0])]), scalar(2)]);
      }
      const last = x.shape.length - 1;
      const allButLast = last > 0 && node.axes.length === last && !node.axes.includes(last);
      return allButLast ? raw('BiasAddGrad', inputs) : raw('Sum', [...inputs, integers(node.axes)]);
    }
    default:
      return named(node, inputs);
  }
}

/** The op that TensorFlow has as it is, or else what TensorFlow.js makes of it. */
function named(node: Exclude<GraphNode, Leaf>, inputs: readonly Operation[]): Operation {
  const name = tensorFlowNames[node.op];
  return name === undefined ? { kind: 'shared', node, inputs } : raw(name, inputs);
}

function biasAdd({ inputs: [a, b] }: Binary, of: (node: GraphNode) => Operation): Operation | undefined {
  for (const [x, bias] of [[a, b] as const, [b, a] as const]) {
    if (x.shape.length === 2 && bias.shape.length === 1 && bias.shape[0] === x.shape[1]) {
      return raw('BiasAdd', [of(x), of(bias)]);
    }
  }
  return undefined;
}

/** g·y·(1 − y) after a sigmoid y, and g·(1 − y²) after a hyperbolic tangent, as the gradients write them. */
function activationGradient({ inputs: [a, b] }: Binary, of: (node: GraphNode) => Operation): Operation | undefined {
  if (b.op !== 'sub' || !isOne(b.inputs[0])) return undefined;
  const [, y] = b.inputs;
  if (y.op === 'sigmoid' && a.op === 'mul' && a.inputs[1] === y && sameShape(a.inputs[0].shape, y.shape)) {
    return raw('SigmoidGrad', [of(y), of(a.inputs[0])]);
  }
  if (y.op === 'mul' && y.inputs[0] === y.inputs[1] && y.inputs[0].op === 'tanh' && sameShape(a.shape, y.shape)) {
    return raw('TanhGrad', [of(y.inputs[0]), of(a)]);
  }
  return undefined;
}

function isOne(node: GraphNode): boolean {
  return node.op === 'constant' && node.shape.length === 0 && node.data[0] === 1;
}
