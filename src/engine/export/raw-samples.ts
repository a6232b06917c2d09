import type { SampleScale } from '../../core/sample-scale.js';
import { formatShape, sizeOf, type Shape } from '../../core/tensor.js';
import type { TrainedFunction } from '../../core/trained-function.js';
import { topologicalOrder, type GraphNode } from '../graph/node.js';
import { add, clip, constant, div, feed, mul, reshape, sub } from '../graph/ops.js';

/**
 * The function with the scale of its data set inside: its samples go in and come out as they lie in the files. What of it
 * is a sample is what it says in `sampleInputs` and `sampleOutputs`; everything else stays.
 */
export function withRawSamples(trained: TrainedFunction, scale: SampleScale): TrainedFunction {
  const { sampleInputs = [], sampleOutputs = [], inputs, outputs } = trained;
  const meaning = `Samples as they lie in the files of the data set, each of shape ${formatShape(scale.shape)}`;
  const raw = (values: Readonly<Record<string, string>>, names: readonly string[], text: string) => ({
    ...values,
    ...Object.fromEntries(names.map((name) => [name, text])),
  });
  return {
    ...trained,
    inputs: raw(inputs, sampleInputs, `${meaning}; the scale that was learnt with is inside.`),
    outputs: raw(outputs, sampleOutputs, `${meaning}.`),
    graph: (rows) => {
      const shape = [rows, ...scale.shape];
      const seen = replaced(trained.graph(rows) as Readonly<Record<string, GraphNode>>, (node) =>
        node.op === 'feed' && sampleInputs.includes(node.name)
          ? scaled(feed(node.name, shape), scale, node.shape)
          : undefined,
      );
      return Object.fromEntries(
        Object.entries(seen).map(([name, node]) => [
          name,
          sampleOutputs.includes(name) ? unscaled(node, scale, shape) : node,
        ]),
      );
    },
  };
}

/** (x − offset) / range, clipped where the scale says so, in the shape that the network takes. */
function scaled(x: GraphNode, scale: SampleScale, shape: Shape): GraphNode {
  const rows = flat(x, scale);
  // Whatever stands in a column that was constant becomes 0.
  const range = scale.range.map((extent) => (extent === 0 ? Infinity : extent));
  const unit = div(sub(rows, perValue(scale.offset)), perValue(range));
  return reshape(scale.clipped ? clip(unit, 0, 1) : unit, shape);
}

/** offset + y · range: what a constant column was, where its range is 0. */
function unscaled(y: GraphNode, scale: SampleScale, shape: Shape): GraphNode {
  return reshape(add(mul(flat(y, scale), perValue(scale.range)), perValue(scale.offset)), shape);
}

function flat(x: GraphNode, { shape }: SampleScale): GraphNode {
  return reshape(x, [x.shape[0] ?? 1, sizeOf(shape)]);
}

function perValue(values: readonly number[]): GraphNode {
  return constant(Float32Array.from(values), values.length === 1 ? [] : [values.length]);
}

/** The graph with other nodes in place of some of its own. */
function replaced(
  outputs: Readonly<Record<string, GraphNode>>,
  replace: (node: GraphNode) => GraphNode | undefined,
): Readonly<Record<string, GraphNode>> {
  const made = new Map<GraphNode, GraphNode>();
  for (const node of topologicalOrder(Object.values(outputs))) {
    const inputs = node.inputs.map((input) => made.get(input) ?? input);
    // The same node with the same number of inputs: what the compiler cannot know of a list.
    made.set(node, replace(node) ?? ({ ...node, inputs } as unknown as GraphNode));
  }
  return Object.fromEntries(Object.entries(outputs).map(([name, node]) => [name, made.get(node) ?? node]));
}
