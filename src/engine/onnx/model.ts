import type { Shape } from '../../core/tensor.js';
import { bytesField, varintField } from './protobuf.js';

/** Attributes of an ONNX node: integers and lists of integers. The graphs here need no other kind. */
export type OnnxAttributes = Readonly<Record<string, number | readonly number[]>>;

export interface OnnxNode {
  readonly opType: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes?: OnnxAttributes;
}

/** A constant of the model. */
export interface OnnxInitializer {
  readonly name: string;
  readonly shape: Shape;
  readonly data: Float32Array | BigInt64Array;
}

/** A named float32 input or output. */
export interface OnnxValue {
  readonly name: string;
  /** An extent that is a name is free: whatever it is in one run, it is the same wherever it is named so. */
  readonly shape: readonly (number | string)[];
  /** What it means, for people. */
  readonly doc?: string;
}

/** What a model says of itself. */
export interface OnnxNotes {
  readonly producerVersion: string;
  readonly doc: string;
  /** By key; read by `get_modelmeta().custom_metadata_map` and its like. */
  readonly metadata: Readonly<Record<string, string>>;
}

export interface OnnxGraph {
  readonly nodes: readonly OnnxNode[];
  readonly initializers: readonly OnnxInitializer[];
  readonly inputs: readonly OnnxValue[];
  readonly outputs: readonly OnnxValue[];
}

/** Operator set and format of the models: the first that has all the operators used here in their final form. */
const opset = 17;
const irVersion = 8;

const float32 = 1;
const int64 = 7;

/** The graph as an ONNX file. Field numbers are those of onnx.proto3 (github.com/onnx/onnx). */
export function encodeModel(graph: OnnxGraph, notes?: OnnxNotes): Buffer {
  const encodedGraph = Buffer.concat([
    ...graph.nodes.map((node) => bytesField(1, encodeNode(node))),
    bytesField(2, 'reverie'),
    ...graph.initializers.map((initializer) => bytesField(5, encodeTensor(initializer))),
    ...graph.inputs.map((value) => bytesField(11, encodeValue(value))),
    ...graph.outputs.map((value) => bytesField(12, encodeValue(value))),
  ]);
  const operatorSet = Buffer.concat([bytesField(1, ''), varintField(2, opset)]);
  return Buffer.concat([
    varintField(1, irVersion),
    bytesField(2, 'reverie'),
    bytesField(7, encodedGraph),
    bytesField(8, operatorSet),
    ...(notes === undefined ? [] : encodeNotes(notes)),
  ]);
}

function encodeNotes({ producerVersion, doc, metadata }: OnnxNotes): Buffer[] {
  const entries = Object.entries(metadata);
  return [
    bytesField(3, producerVersion),
    bytesField(6, doc),
    ...entries.map(([key, value]) => bytesField(14, Buffer.concat([bytesField(1, key), bytesField(2, value)]))),
  ];
}

function encodeNode(node: OnnxNode): Buffer {
  return Buffer.concat([
    ...node.inputs.map((name) => bytesField(1, name)),
    ...node.outputs.map((name) => bytesField(2, name)),
    bytesField(4, node.opType),
    ...Object.entries(node.attributes ?? {}).map(([name, value]) => bytesField(5, encodeAttribute(name, value))),
  ]);
}

function encodeAttribute(name: string, value: number | readonly number[]): Buffer {
  const [integerKind, integersKind] = [2, 7];
  return typeof value === 'number'
    ? Buffer.concat([bytesField(1, name), varintField(3, value), varintField(20, integerKind)])
    : Buffer.concat([bytesField(1, name), ...value.map((one) => varintField(8, one)), varintField(20, integersKind)]);
}

function encodeTensor({ name, shape, data }: OnnxInitializer): Buffer {
  return Buffer.concat([
    ...shape.map((extent) => varintField(1, extent)),
    varintField(2, data instanceof Float32Array ? float32 : int64),
    bytesField(8, name),
    bytesField(9, new Uint8Array(data.buffer, data.byteOffset, data.byteLength)),
  ]);
}

function encodeValue({ name, shape, doc }: OnnxValue): Buffer {
  const dimensions = shape.map((extent) =>
    bytesField(1, typeof extent === 'number' ? varintField(1, extent) : bytesField(2, extent)),
  );
  const tensorType = Buffer.concat([varintField(1, float32), bytesField(2, Buffer.concat(dimensions))]);
  const documented = doc === undefined ? [] : [bytesField(3, doc)];
  return Buffer.concat([bytesField(1, name), bytesField(2, bytesField(1, tensorType)), ...documented]);
}
