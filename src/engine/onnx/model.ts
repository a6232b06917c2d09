import type { Shape } from '../../core/tensor.js';

/** The little of the protocol-buffer wire format that an ONNX model needs: varints and length-delimited fields. */

const varintType = 0;
const lengthDelimitedType = 2;

/** A field with a non-negative integer, e.g. an int64 or an enum. */
export function varintField(field: number, value: number): Buffer {
  return Buffer.concat([tag(field, varintType), varint(value)]);
}

/** A string, bytes or message field. */
export function bytesField(field: number, value: string | Uint8Array): Buffer {
  const bytes = typeof value === 'string' ? Buffer.from(value, 'utf8') : value;
  return Buffer.concat([tag(field, lengthDelimitedType), varint(bytes.length), bytes]);
}

function tag(field: number, wireType: number): Buffer {
  return varint(field * 8 + wireType);
}

/** Base 128, least significant group first. Safe integers only: ONNX graphs here hold no larger number. */
function varint(value: number): Buffer {
  const bytes: number[] = [];
  let rest = value;
  while (rest >= 128) {
    bytes.push((rest % 128) + 128);
    rest = Math.floor(rest / 128);
  }
  bytes.push(rest);
  return Buffer.from(bytes);
}

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

/** Collects the parts of an ONNX graph and names what has no name. */
export class OnnxBuilder {
  readonly #nodes: OnnxNode[] = [];
  readonly #initializers: OnnxInitializer[] = [];
  readonly #inputs = new Map<string, OnnxValue>();
  #count = 0;

  /** @param threads the most that will ever run the model, where all numbers of them must give the same bytes; else 1 */
  constructor(readonly threads = 1) {}

  /** A name that nothing has yet. */
  newName(): string {
    return `v${this.#count++}`;
  }

  /** Adds a node with one output, and gives the output's name. */
  emit(opType: string, inputs: readonly string[], attributes: OnnxAttributes = {}, to = this.newName()): string {
    this.#nodes.push({ opType, inputs, outputs: [to], attributes });
    return to;
  }

  input(value: OnnxValue): string {
    this.#inputs.set(value.name, value);
    return value.name;
  }

  constant(shape: OnnxInitializer['shape'], data: OnnxInitializer['data']): string {
    const name = this.newName();
    this.#initializers.push({ name, shape, data });
    return name;
  }

  scalar(value: number): string {
    return this.constant([], Float32Array.of(value));
  }

  /** A list of integers: axes, a shape, … */
  integers(values: readonly number[]): string {
    return this.constant([values.length], BigInt64Array.from(values, BigInt));
  }

  graph(outputs: readonly OnnxValue[]): OnnxGraph {
    return { nodes: this.#nodes, initializers: this.#initializers, inputs: [...this.#inputs.values()], outputs };
  }
}
