import { ReverieError } from '../../core/errors.js';
import type { Shape } from '../../core/tensor.js';
import type { TrainedFunction } from '../../core/trained-function.js';
import type { GraphNode } from '../graph/node.js';
import { topologicalOrder } from '../graph/node.js';
import { freeRows } from './free-rows.js';
import { checkValueNames } from './names.js';
import { shapeProto, TensorFlowBuilder } from './tensorflow-builder.js';
import { lowerings } from './tensorflow-ops.js';
import type { FileNotes } from './onnx-file.js';

/** A TensorFlow.js graph model: what `model.json` holds, and the bytes of the weights next to it. */
export interface TfjsGraphModel {
  /** To be written as JSON. */
  readonly model: object;
  /** Little-endian, tensor after tensor in the order of the manifest. */
  readonly weights: Uint8Array;
}

/**
 * A trained function in the format that `tf.loadGraphModel` reads: a TensorFlow graph with free first axes, and a
 * manifest of its weights. Operation definitions are those of TensorFlow; the format is documented by the types of
 * `@tensorflow/tfjs-core`, `io/types.ts` (ModelJSON).
 *
 * @param weightsFile name of the file with the weights, next to `model.json`
 * @throws bad-plugin for a function that no file can hold, or with an op that has no place in this format
 */
export function tfjsGraphModel(trained: TrainedFunction, weightsFile: string, notes: FileNotes): TfjsGraphModel {
  checkValueNames(trained);
  const { outputs, feeds } = freeRows(trained);
  const graph = lower(trained, outputs);
  const signature = (values: readonly (readonly [name: string, shape: Shape])[]): object =>
    Object.fromEntries(
      values.map(([name, shape]) => [name, { name: `${name}:0`, dtype: 'DT_FLOAT', tensorShape: shapeProto(shape) }]),
    );
  const model = {
    format: 'graph-model',
    generatedBy: `reverie ${notes.version}`,
    convertedBy: null,
    userDefinedMetadata: notes.about,
    modelTopology: { node: graph.nodes, library: {}, versions: { producer: 1 } },
    signature: {
      inputs: signature(feeds.map(({ name, shape }) => [name, shape])),
      outputs: signature(Object.entries(outputs).map(([name, { shape }]) => [name, shape])),
    },
    weightsManifest: [
      {
        paths: [weightsFile],
        weights: graph.weights.map(({ name, shape, data }) => ({
          name,
          shape,
          dtype: data instanceof Float32Array ? 'float32' : 'int32',
        })),
      },
    ],
  };
  return { model, weights: Buffer.concat(graph.weights.map(({ data }) => littleEndian(data))) };
}

function lower(
  { name: of, parameters }: TrainedFunction,
  outputs: Readonly<Record<string, GraphNode>>,
): TensorFlowBuilder {
  const tf = new TensorFlowBuilder();
  const names = new Map<GraphNode, string>();
  const visit = (node: GraphNode): string => {
    if (node.op === 'constant') return tf.constant(node.data, node.shape);
    if (node.op === 'variable') return node.name;
    if (node.op === 'feed') return tf.placeholder(node.name, node.shape);
    const lowering = lowerings[node.op];
    if (lowering === undefined) {
      throw new ReverieError(
        'bad-plugin',
        `"${of}" cannot be exported for TensorFlow.js: it uses "${node.op}", which reverie does not translate; take --onnx`,
      );
    }
    const from = node.inputs.map((input) => names.get(input) ?? '');
    return lowering(node, from, tf);
  };
  for (const [name, { shape, data }] of Object.entries(parameters)) tf.constant(data, shape, name);
  for (const node of topologicalOrder(Object.values(outputs))) names.set(node, visit(node));
  for (const [name, node] of Object.entries(outputs)) tf.emit('Identity', [names.get(node) ?? ''], {}, name);
  return tf;
}

function littleEndian(data: Float32Array | Int32Array): Uint8Array {
  const bytes = new Uint8Array(data.byteLength);
  const view = new DataView(bytes.buffer);
  data.forEach((value, i) => {
    if (data instanceof Float32Array) view.setFloat32(4 * i, value, true);
    else view.setInt32(4 * i, value, true);
  });
  return bytes;
}
