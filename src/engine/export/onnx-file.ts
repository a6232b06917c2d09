import { messageOf, ReverieError } from '../../core/errors.js';
import type { Json } from '../../core/snapshot.js';
import type { TrainedFunction } from '../../core/trained-function.js';
import { onnxFromGraph } from '../onnx/from-graph.js';
import { encodeModel, type OnnxGraph, type OnnxValue } from '../onnx/model.js';
import { anyRows, freeRows } from './free-rows.js';
import { checkValueNames } from './names.js';

/** What an exported file says of itself in addition to what the function says. */
export interface FileNotes {
  /** Version of reverie. */
  readonly version: string;
  /** What it is and where it comes from; a format that has room for text alone gets the values as JSON. */
  readonly about: Readonly<Record<string, Json>>;
}

/**
 * A trained function as an ONNX model, operator set 17: inputs and outputs under their own names with a free first axis
 * `batch`, the parameters inside, everything float32.
 *
 * @throws bad-plugin for a function that no file can hold; see {@link freeRows}
 */
export function onnxFile(trained: TrainedFunction, { version, about }: FileNotes): Uint8Array {
  checkValueNames(trained);
  const { outputs } = freeRows(trained);
  return encodeModel(withParameters(trained, lowered(trained, outputs)), {
    producerVersion: version,
    doc: trained.summary,
    metadata: Object.fromEntries(
      Object.entries(about).map(([key, value]) => [key, typeof value === 'string' ? value : JSON.stringify(value)]),
    ),
  });
}

function lowered({ name }: TrainedFunction, outputs: ReturnType<typeof freeRows>['outputs']): OnnxGraph {
  try {
    return onnxFromGraph(outputs);
  } catch (cause) {
    throw new ReverieError('bad-plugin', `"${name}" cannot be exported: ${messageOf(cause)}`, { cause });
  }
}

/** The graph with its variables as constants, and its inputs under the names of their feeds. */
function withParameters({ parameters, inputs, outputs }: TrainedFunction, graph: OnnxGraph): OnnxGraph {
  const own = (name: string): string => name.replace(/^(feed|variable):/, '');
  const documented = ({ name, shape }: OnnxValue, doc: string | undefined): OnnxValue => ({
    name: own(name),
    shape: shape.map((extent) => (extent === anyRows ? 'batch' : extent)),
    ...(doc === undefined ? {} : { doc }),
  });
  return {
    nodes: graph.nodes.map((node) => ({ ...node, inputs: node.inputs.map(own) })),
    initializers: [
      ...graph.initializers,
      ...Object.entries(parameters).map(([name, { shape, data }]) => ({ name, shape, data })),
    ],
    inputs: graph.inputs
      .filter(({ name }) => name.startsWith('feed:'))
      .map((value) => documented(value, inputs[own(value.name)])),
    outputs: graph.outputs.map((value) => documented(value, outputs[value.name])),
  };
}
