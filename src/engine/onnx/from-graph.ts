import { topologicalOrder, type GraphNode } from '../graph/node.js';
import { OnnxBuilder, type OnnxGraph } from './model.js';
import { lowerOp } from './lower-op.js';

/**
 * A graph as ONNX. Inputs are named `feed:x` and `variable:w`, so that the two kinds can share names; the outputs are
 * named by the caller.
 *
 * @param threads see {@link OnnxBuilder}
 */
export function onnxFromGraph(outputs: Readonly<Record<string, GraphNode>>, threads = 1): OnnxGraph {
  const onnx = new OnnxBuilder(threads);
  const names = new Map<GraphNode, string>();
  const nameOf = (node: GraphNode): string => {
    const name = names.get(node);
    if (name === undefined) throw new Error(`node ${node.op} is used before it is computed`);
    return name;
  };

  // A node that is handed out is computed under its output's name: copying it there afterwards would cost a pass.
  const outputNames = new Map<GraphNode, string>();
  for (const [name, node] of Object.entries(outputs)) if (!outputNames.has(node)) outputNames.set(node, name);

  const lower = (node: GraphNode): string => {
    switch (node.op) {
      case 'feed':
      case 'variable':
        return onnx.input({ name: `${node.op}:${node.name}`, shape: node.shape });
      case 'constant':
        return onnx.constant(node.shape, node.data);
      default:
        return lowerOp(node, node.inputs.map(nameOf), onnx, outputNames.get(node) ?? onnx.newName());
    }
  };

  for (const node of topologicalOrder(Object.values(outputs))) names.set(node, lower(node));
  for (const [name, node] of Object.entries(outputs)) {
    if (nameOf(node) !== name) onnx.emit('Identity', [nameOf(node)], {}, name);
  }
  return onnx.graph(Object.entries(outputs).map(([name, node]) => ({ name, shape: node.shape })));
}
