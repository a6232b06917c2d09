import { topologicalOrder, type GraphNode } from '../graph/node.js';
import {
  advance,
  assign,
  leaveAt,
  vectorBytes,
  vectorsOf,
  encodeModule,
  instructions as wasm,
  type Code,
  type ValueType,
} from './wasm-module.js';

/** What a fused loop computes: new values from old ones, element by element. */
export interface ElementwiseLoop {
  /** Nodes whose values lie in memory, as many elements as the loop has. */
  readonly arrays: readonly GraphNode[];
  /** Nodes with one value each, the same for all elements. */
  readonly scalars: readonly GraphNode[];
  /** Nodes to compute from those. */
  readonly outputs: readonly GraphNode[];
}

/** Ops that a loop can compute: those with an instruction of their own, and what a few of them make. */
export const loopOps = new Set<string>([
  ...['neg', 'abs', 'sqrt', 'square', 'relu', 'clip'],
  ...['add', 'sub', 'mul', 'div', 'maximum', 'minimum', 'reluGrad'],
]);

/** Bytes that one pass of the loop covers: two vectors of four floats, so that slow divisions overlap. */
export const bytesPerPass = 32;

/**
 * A WebAssembly module for the loop. Its function `run` takes the number of bytes of an array (a multiple of
 * {@link bytesPerPass}), the address of each of `arrays`, the address for each of `outputs`, and the value of each of
 * `scalars`. All of an element's inputs are read before any of its outputs is written, so an output may take the place
 * of an input.
 */
export function elementwiseLoop({ arrays, scalars, outputs }: ElementwiseLoop): Uint8Array<ArrayBuffer> {
  const leaves = new Set<GraphNode>([...arrays, ...scalars]);
  const computed = computedNodes(outputs, leaves);
  const parameters: ValueType[] = [
    'i32',
    ...[...arrays, ...outputs].map((): ValueType => 'i32'),
    ...scalars.map((): ValueType => 'f32'),
  ];
  const locals: ValueType[] = ['i32'];
  const offset = parameters.length;
  const freshVector = (): number => offset + locals.push('v128') - 1;

  const splats = new Map(scalars.map((node) => [node, freshVector()]));
  const prologue = scalars.flatMap((node, i) =>
    assign(splats.get(node) ?? 0, [...wasm.localGet(1 + arrays.length + outputs.length + i), ...wasm.splat]),
  );

  const address = (parameter: number): Code => [...wasm.localGet(parameter), ...wasm.localGet(offset), ...wasm.i32Add];
  const pass = vectorsOf(bytesPerPass / 4).map((vector) => {
    const slots = new Map<GraphNode, number>(splats);
    const code: number[] = [];
    const keep = (node: GraphNode): void => {
      const slot = freshVector();
      slots.set(node, slot);
      code.push(...wasm.localSet(slot));
    };
    arrays.forEach((node, i) => {
      code.push(...address(1 + i), ...wasm.vectorLoad(vector * vectorBytes));
      keep(node);
    });
    for (const node of computed) {
      code.push(...compute(node, (input) => wasm.localGet(slots.get(input) ?? missing(input))));
      keep(node);
    }
    const stores = outputs.flatMap((node, i) => [
      ...address(1 + arrays.length + i),
      ...wasm.localGet(slots.get(node) ?? missing(node)),
      ...wasm.vectorStore(vector * vectorBytes),
    ]);
    return [...code, ...stores];
  });

  const body = [
    ...prologue,
    ...wasm.loop([...leaveAt(offset, 0), ...pass.flat(), ...advance(offset, wasm.i32Const(bytesPerPass))]),
  ];
  return encodeModule({ parameters, locals, body });
}

/** The nodes between leaves and outputs, each after its inputs. */
function computedNodes(outputs: readonly GraphNode[], leaves: ReadonlySet<GraphNode>): GraphNode[] {
  return topologicalOrder(outputs, (node) => leaves.has(node)).filter((node) => !leaves.has(node));
}

function compute(node: GraphNode, get: (input: GraphNode) => Code): Code {
  const [a, b] = node.inputs.map(get);
  const first = a ?? [];
  const second = b ?? [];
  switch (node.op) {
    case 'constant':
      return wasm.vectorConst(node.data[0] ?? NaN);
    case 'neg':
    case 'abs':
    case 'sqrt':
      return [...first, ...wasm[node.op]];
    case 'square':
      return [...first, ...first, ...wasm.mul];
    case 'relu':
      return [...first, ...wasm.vectorConst(0), ...wasm.max];
    case 'add':
    case 'sub':
    case 'mul':
    case 'div':
      return [...first, ...second, ...wasm[node.op]];
    case 'maximum':
      return [...first, ...second, ...wasm.max];
    case 'minimum':
      return [...first, ...second, ...wasm.min];
    case 'clip':
      return [...first, ...wasm.vectorConst(node.min), ...wasm.max, ...wasm.vectorConst(node.max), ...wasm.min];
    case 'reluGrad':
      return [...first, ...second, ...wasm.vectorConst(0), ...wasm.greater, ...wasm.and];
    default:
      return missing(node);
  }
}

function missing(node: GraphNode): never {
  throw new Error(`${node.op} is no part of an element-wise loop`);
}
