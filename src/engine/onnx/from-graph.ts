import type { GraphNode } from '../graph/node.js';
import { topologicalOrder } from '../graph/node.js';
import type { OnnxGraph, OnnxInitializer, OnnxNode, OnnxValue } from './model.js';

/**
 * A graph as ONNX. Inputs are named `feed:x` and `variable:w`, so that the two kinds can share names; the outputs are
 * named by the caller.
 */
export function onnxFromGraph(outputs: Readonly<Record<string, GraphNode>>): OnnxGraph {
  const nodes: OnnxNode[] = [];
  const initializers: OnnxInitializer[] = [];
  const inputs = new Map<string, OnnxValue>();
  const names = new Map<GraphNode, string>();
  let count = 0;
  const fresh = (): string => `v${count++}`;

  const emit = (
    opType: string,
    from: readonly string[],
    attributes: OnnxNode['attributes'] = {},
    to = fresh(),
  ): string => {
    nodes.push({ opType, inputs: from, outputs: [to], attributes });
    return to;
  };
  const integers = (values: readonly number[]): string => {
    const name = fresh();
    initializers.push({ name, shape: [values.length], data: BigInt64Array.from(values, BigInt) });
    return name;
  };
  const scalar = (value: number): string => {
    const name = fresh();
    initializers.push({ name, shape: [], data: Float32Array.of(value) });
    return name;
  };
  const nameOf = (node: GraphNode): string => {
    const name = names.get(node);
    if (name === undefined) throw new Error(`node ${node.op} is used before it is computed`);
    return name;
  };

  // A node that is handed out is computed under its output's name: copying it there afterwards would cost a pass.
  const outputNames = new Map<GraphNode, string>();
  for (const [name, node] of Object.entries(outputs)) if (!outputNames.has(node)) outputNames.set(node, name);

  const lower = (node: GraphNode): string => {
    const from = node.inputs.map(nameOf);
    const [a = '', b = ''] = from;
    const to = outputNames.get(node) ?? fresh();
    const last = (opType: string, inputs: readonly string[], attributes: OnnxNode['attributes'] = {}): string =>
      emit(opType, inputs, attributes, to);
    switch (node.op) {
      case 'feed':
      case 'variable': {
        const name = `${node.op}:${node.name}`;
        inputs.set(name, { name, shape: node.shape });
        return name;
      }
      case 'constant': {
        const name = fresh();
        initializers.push({ name, shape: node.shape, data: node.data });
        return name;
      }
      case 'neg':
      case 'exp':
      case 'log':
      case 'sqrt':
      case 'relu':
      case 'sigmoid':
      case 'tanh':
      case 'add':
      case 'sub':
      case 'mul':
      case 'div':
        return last(onnxNames[node.op], from);
      case 'square':
        return last('Mul', [a, a]);
      case 'reluGrad':
        return last('Where', [emit('Greater', [b, scalar(0)]), a, scalar(0)]);
      case 'sigmoidCrossEntropy': {
        // log(1 + eᶻ) = max(z, 0) − log σ(|z|): ONNX Runtime has vector code for these, and none for Softplus.
        const logSigmoid = emit('Log', [emit('Sigmoid', [emit('Abs', [a])])]);
        return last('Sub', [emit('Sub', [emit('Relu', [a]), logSigmoid]), emit('Mul', [a, b])]);
      }
      case 'matMul':
        // MatMul, unlike Gemm, is fused with the addition of a bias that follows it; Gemm can read transposed operands.
        return node.transposeA || node.transposeB
          ? last('Gemm', from, { transA: Number(node.transposeA), transB: Number(node.transposeB) })
          : last('MatMul', from);
      case 'sum':
        return last('ReduceSum', [a, integers(node.axes)], { keepdims: 0 });
      case 'softmax':
        return last('Softmax', [a], { axis: node.shape.length - 1 });
      case 'logSoftmax':
        return last('LogSoftmax', [a], { axis: node.shape.length - 1 });
      case 'reshape':
        return last('Reshape', [a, integers(node.shape)]);
      case 'broadcastTo':
        return last('Expand', [a, integers(node.shape)]);
    }
  };

  for (const node of topologicalOrder(Object.values(outputs))) names.set(node, lower(node));
  for (const [name, node] of Object.entries(outputs)) {
    if (nameOf(node) !== name) emit('Identity', [nameOf(node)], {}, name);
  }
  return {
    nodes,
    initializers,
    inputs: [...inputs.values()],
    outputs: Object.entries(outputs).map(([name, node]) => ({ name, shape: node.shape })),
  };
}

const onnxNames = {
  neg: 'Neg',
  exp: 'Exp',
  log: 'Log',
  sqrt: 'Sqrt',
  relu: 'Relu',
  sigmoid: 'Sigmoid',
  tanh: 'Tanh',
  add: 'Add',
  sub: 'Sub',
  mul: 'Mul',
  div: 'Div',
} as const;
