import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Shape } from '../../../core/tensor.js';
import { topologicalOrder } from '../../graph/node.js';
import { bytesField, varintField } from '../../onnx/model.js';
import type { ConstantOperation, FeedOperation, Operation, ReadOperation } from './operation.js';
import type { GraphId, TensorFlow } from './tensorflow.js';

/** Operations as one graph of TensorFlow. */
export interface GraphModel {
  /** What has to be given, in order. */
  readonly inputs: readonly (FeedOperation | ReadOperation)[];
  readonly inputNames: string;
  readonly outputNames: string;
  /** The protocol buffer of a SavedModel. */
  readonly bytes: Uint8Array;
}

const tag = 'serve';

// Field numbers and values of tensorflow/core/protobuf/{saved_model,meta_graph}.proto and
// tensorflow/core/framework/{graph,node_def,attr_value,tensor,tensor_shape,types,versions}.proto.
const savedModel = { schemaVersion: 1, metaGraphs: 2 };
const metaGraph = { info: 1, graph: 2 };
const info = { tags: 4 };
const graph = { node: 1, versions: 4 };
const versions = { producer: 1 };
const node = { name: 1, op: 2, input: 3, attribute: 5 };
const mapEntry = { key: 1, value: 2 };
const attributeValue = { boolean: 5, type: 6, shape: 7, tensor: 8 };
const tensor = { type: 1, shape: 2, content: 4 };
const shapeFields = { dimension: 2 };
const dimension = { size: 1 };
const types = { float: 1, int32: 3 };

/** The version of TensorFlow's graph format, one of 2019: releases read the graphs of earlier ones. */
const producer = 119;

/** @param outputs what the graph is to compute; no op of TensorFlow.js, no feed or variable itself */
export function graphModel(outputs: readonly Operation[]): GraphModel {
  const names = new Map<Operation, string>();
  const inputs: (FeedOperation | ReadOperation)[] = [];
  const nodes: Uint8Array[] = [];
  for (const operation of topologicalOrder(outputs)) {
    const name = `n${names.size}`;
    names.set(operation, name);
    if (operation.kind === 'feed' || operation.kind === 'read') inputs.push(operation);
    const inputNames = operation.inputs.map((input) => names.get(input) ?? '');
    nodes.push(bytesField(graph.node, nodeBytes(name, operation, inputNames)));
  }
  const tensorNames = (operations: readonly Operation[]): string =>
    operations.map((operation) => `${names.get(operation) ?? ''}:0`).join(',');
  const graphBytes = Buffer.concat([...nodes, bytesField(graph.versions, varintField(versions.producer, producer))]);
  const metaBytes = Buffer.concat([
    bytesField(metaGraph.info, bytesField(info.tags, tag)),
    bytesField(metaGraph.graph, graphBytes),
  ]);
  return {
    inputs,
    inputNames: tensorNames(inputs),
    outputNames: tensorNames(outputs),
    bytes: Buffer.concat([varintField(savedModel.schemaVersion, 1), bytesField(savedModel.metaGraphs, metaBytes)]),
  };
}

/** Loads the graph, by way of a folder for as long as that takes: the addon loads from files only. */
export async function loadGraph(tensorFlow: TensorFlow, model: GraphModel): Promise<GraphId> {
  const folder = await mkdtemp(join(tmpdir(), 'reverie-graph-'));
  try {
    await writeFile(join(folder, 'saved_model.pb'), model.bytes);
    return tensorFlow.loadGraph(folder, tag);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function nodeBytes(name: string, operation: Operation, inputs: readonly string[]): Uint8Array {
  const { op, attributes } = nodeOf(operation);
  return Buffer.concat([
    bytesField(node.name, name),
    bytesField(node.op, op),
    ...inputs.map((input) => bytesField(node.input, input)),
    ...Object.entries(attributes).map(([key, value]) =>
      bytesField(node.attribute, Buffer.concat([bytesField(mapEntry.key, key), bytesField(mapEntry.value, value)])),
    ),
  ]);
}

function nodeOf(operation: Operation): { readonly op: string; readonly attributes: Record<string, Uint8Array> } {
  const float = varintField(attributeValue.type, types.float);
  switch (operation.kind) {
    case 'feed':
    case 'read':
      return {
        op: 'Placeholder',
        attributes: { dtype: float, shape: bytesField(attributeValue.shape, shapeBytes(operation.shape)) },
      };
    case 'constant':
      return {
        op: 'Const',
        attributes: {
          dtype: varintField(attributeValue.type, typeOf(operation)),
          value: bytesField(attributeValue.tensor, tensorBytes(operation)),
        },
      };
    case 'raw': {
      const flags = Object.entries(operation.flags).map(
        ([key, value]) => [key, varintField(attributeValue.boolean, value ? 1 : 0)] as const,
      );
      return { op: operation.op, attributes: { T: float, ...Object.fromEntries(flags) } };
    }
    case 'shared':
      throw new Error(`${operation.node.op} has no op of TensorFlow`);
  }
}

function typeOf({ value }: ConstantOperation): number {
  return value instanceof Int32Array ? types.int32 : types.float;
}

function tensorBytes(constant: ConstantOperation): Uint8Array {
  const { value } = constant;
  const { shape, data } = value instanceof Int32Array ? { shape: [value.length], data: value } : value;
  return Buffer.concat([
    varintField(tensor.type, typeOf(constant)),
    bytesField(tensor.shape, shapeBytes(shape)),
    bytesField(tensor.content, new Uint8Array(data.buffer, data.byteOffset, data.byteLength)),
  ]);
}

function shapeBytes(shape: Shape): Uint8Array {
  return Buffer.concat(shape.map((extent) => bytesField(shapeFields.dimension, varintField(dimension.size, extent))));
}
