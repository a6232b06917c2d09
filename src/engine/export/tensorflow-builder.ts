import type { Shape } from '../../core/tensor.js';

/** An attribute in the JSON form of a GraphDef. */
type Attribute =
  | { readonly b: boolean }
  | { readonly i: string }
  | { readonly s: string }
  | { readonly type: 'DT_FLOAT' | 'DT_INT32' | 'DT_BOOL' }
  | { readonly list: { readonly i: readonly string[] } }
  | { readonly shape: object }
  | { readonly tensor: object };

export type Attributes = Readonly<Record<string, Attribute>>;

export interface Weight {
  readonly name: string;
  readonly shape: Shape;
  readonly data: Float32Array | Int32Array;
}

/** Collects the nodes of a TensorFlow graph and the values of its constants, and names what has no name. */
export class TensorFlowBuilder {
  readonly nodes: object[] = [];
  readonly weights: Weight[] = [];
  readonly #placed = new Set<string>();
  #count = 0;

  /** Adds an operation and gives the name of its result. */
  emit(op: string, input: readonly string[], attr: Attributes = {}, name = this.#newName()): string {
    this.nodes.push({ name, op, input, attr: { T: { type: 'DT_FLOAT' }, ...attr } });
    return name;
  }

  constant(data: Weight['data'], shape: Shape, name = this.#newName()): string {
    const type = data instanceof Float32Array ? 'DT_FLOAT' : 'DT_INT32';
    this.nodes.push({
      name,
      op: 'Const',
      input: [],
      attr: { dtype: { type }, value: { tensor: { dtype: type, tensorShape: shapeProto(shape) } } },
    });
    this.weights.push({ name, shape, data });
    return name;
  }

  /** A list of integers: axes, a shape, … */
  integers(values: readonly number[]): string {
    return this.constant(Int32Array.from(values), [values.length]);
  }

  scalar(value: number): string {
    return this.constant(Float32Array.of(value), []);
  }

  /** An input; the same one for the same name. */
  placeholder(name: string, shape: Shape): string {
    if (!this.#placed.has(name)) {
      this.#placed.add(name);
      const attr = { dtype: { type: 'DT_FLOAT' }, shape: { shape: shapeProto(shape) } };
      this.nodes.push({ name, op: 'Placeholder', input: [], attr });
    }
    return name;
  }

  #newName(): string {
    return `v${this.#count++}`;
  }
}

/** A shape as in the JSON form of a GraphDef; −1 is a free extent. */
export function shapeProto(shape: Shape): object {
  return { dim: shape.map((size) => ({ size: String(size) })) };
}

/** Text is bytes in a GraphDef, and bytes are base64 in its JSON form. */
export function text(value: string): Attribute {
  return { s: Buffer.from(value).toString('base64') };
}

export function integerList(values: readonly number[]): Attribute {
  return { list: { i: values.map(String) } };
}
