import { sizeOf, type Shape } from '../../core/tensor.js';
import { topologicalOrder, sameShape, type GraphNode } from '../graph/node.js';
import { elementwiseLoop, loopOps, bytesPerPass, type ElementwiseLoop } from './elementwise-loop.js';
import { webAssembly, paddedBytes, instantiate, type WasmModule, type Run, type WasmMemory } from './web-assembly.js';
import type { Feeds } from '../engine.js';

/** Updates of variables of one shape that one loop computes, reading and writing each value once. */
export interface FusedUpdate {
  readonly module: WasmModule;
  readonly shape: Shape;
  /** Arrays that the loop reads: variables, and `inputs` of the loop that have to be computed beforehand. */
  readonly arrays: readonly GraphNode[];
  readonly scalars: readonly GraphNode[];
  /** The variables it writes. */
  readonly names: readonly string[];
}

export interface FusionPlan {
  readonly fused: readonly FusedUpdate[];
  /** All that the loops read, arrays and scalars, each once. */
  readonly reads: readonly GraphNode[];
  /** Updates that are no element-wise function of arrays of their own shape. */
  readonly rest: Readonly<Record<string, GraphNode>>;
}

interface Candidate {
  readonly names: string[];
  readonly outputs: GraphNode[];
  readonly shape: Shape;
  /** Computed nodes and the names of the variables read: what ties updates together. */
  readonly ties: Set<GraphNode | string>;
}

/**
 * Finds the updates that are element-wise functions of variables, gradients and numbers, as those of optimisers are: op
 * by op, Adam passes over the parameters ten times, a loop once. Updates that share nodes, or read what another one
 * writes, go into one loop, where all reads of an element come before its writes.
 */
export function planFusion(updates: Readonly<Record<string, GraphNode>>): FusionPlan {
  const rest: Record<string, GraphNode> = {};
  const groups: Candidate[] = [];
  for (const [name, node] of Object.entries(updates)) {
    if (!isFusable(node, node.shape)) {
      rest[name] = node;
      continue;
    }
    const candidate: Candidate = { names: [name], outputs: [node], shape: node.shape, ties: tiesOf(name, node) };
    for (const other of groups.filter((group) => isTied(group, candidate))) {
      groups.splice(groups.indexOf(other), 1);
      candidate.names.unshift(...other.names);
      candidate.outputs.unshift(...other.outputs);
      for (const tie of other.ties) candidate.ties.add(tie);
    }
    groups.push(candidate);
  }
  const fused = groups.map(({ names, outputs, shape }) => fuse(names, outputs, shape));
  return { fused, reads: [...new Set(fused.flatMap(({ arrays, scalars }) => [...arrays, ...scalars]))], rest };
}

function fuse(names: readonly string[], outputs: readonly GraphNode[], shape: Shape): FusedUpdate {
  const order = topologicalOrder(outputs, (node) => !isFusable(node, shape));
  const leaves = order.filter((node) => !isFusable(node, shape));
  const arrays = leaves.filter((node) => sameShape(node.shape, shape));
  const scalars = leaves.filter((node) => node.shape.length === 0 && node.op !== 'constant');
  const loop: ElementwiseLoop = { arrays, scalars, outputs };
  return { module: new webAssembly.Module(elementwiseLoop(loop)), shape, arrays, scalars, names };
}

/** Whether a loop over arrays of this shape can compute the node from its inputs. */
function isFusable(node: GraphNode, shape: Shape): boolean {
  return (
    shape.length > 0 &&
    loopOps.has(node.op) &&
    sameShape(node.shape, shape) &&
    node.inputs.every((input) => sameShape(input.shape, shape) || input.shape.length === 0)
  );
}

function tiesOf(name: string, output: GraphNode): Set<GraphNode | string> {
  const nodes = topologicalOrder([output], (node) => !isFusable(node, output.shape));
  const ties = new Set<GraphNode | string>([name]);
  for (const node of nodes) {
    if (node.op === 'variable') ties.add(node.name);
    else if (isFusable(node, output.shape)) ties.add(node);
  }
  return ties;
}

function isTied(a: Candidate, b: Candidate): boolean {
  return sizeOf(a.shape) === sizeOf(b.shape) && [...a.ties].some((tie) => b.ties.has(tie));
}

/** A memory, and where in it the arrays of a program lie. */
export interface LoopPlace {
  readonly memory: WasmMemory;
  addressOf(variable: string): number;
  /** Address of an array that is computed before the loops run. */
  addressOfInput(input: GraphNode): number;
  /** A number that is computed before the loops run. */
  valueOf(scalar: GraphNode): number;
  /**
   * Where arrays are not padded by {@link paddedBytes}: address of space for what is no whole pass of the loop, of as
   * many bytes as asked for.
   */
  readonly tail?: (bytes: number) => number;
}

type Loop = (bytes: number, inputs: readonly number[], outputs: readonly number[]) => void;

/** The fused updates of a program, ready to run in the memories of whatever variables it is given. */
export class UpdateLoops {
  /** One instance a memory; memories come and go with their variables. */
  readonly #instances = new WeakMap<WasmMemory, readonly Run[]>();

  constructor(private readonly updates: readonly FusedUpdate[]) {}

  run(place: LoopPlace, feeds: Feeds): void {
    const instances = this.#instancesIn(place.memory);
    this.updates.forEach(({ shape, arrays, scalars, names }, i) => {
      const inputs = arrays.map((node) =>
        node.op === 'variable' ? place.addressOf(node.name) : place.addressOfInput(node),
      );
      const outputs = names.map((name) => place.addressOf(name));
      const values = scalars.map((node) => (node.op === 'feed' ? (feeds[node.name]?.[0] ?? NaN) : place.valueOf(node)));
      const loop: Loop = (bytes, from, to) => instances[i]?.(bytes, ...from, ...to, ...values);
      if (place.tail === undefined) loop(paddedBytes(sizeOf(shape)), inputs, outputs);
      else runUnpadded(loop, sizeOf(shape) * 4, inputs, outputs, place.memory, place.tail);
    });
  }

  #instancesIn(memory: WasmMemory): readonly Run[] {
    const known = this.#instances.get(memory);
    if (known !== undefined) return known;
    const instances = this.updates.map(({ module }) => instantiate(module, memory));
    this.#instances.set(memory, instances);
    return instances;
  }
}

/** Runs whole passes where the arrays lie, and one more on copies of what is left of them. */
function runUnpadded(
  loop: Loop,
  bytes: number,
  inputs: readonly number[],
  outputs: readonly number[],
  memory: WasmMemory,
  tail: (bytes: number) => number,
): void {
  const whole = bytes - (bytes % bytesPerPass);
  loop(whole, inputs, outputs);
  if (whole === bytes) return;
  const start = tail((inputs.length + outputs.length) * bytesPerPass);
  const slots = [...inputs, ...outputs].map((_, i) => start + i * bytesPerPass);
  const [from, to] = [slots.slice(0, inputs.length), slots.slice(inputs.length)];
  const all = new Uint8Array(memory.buffer);
  from.forEach((slot, i) => all.copyWithin(slot, (inputs[i] ?? NaN) + whole, (inputs[i] ?? NaN) + bytes));
  loop(bytesPerPass, from, to);
  to.forEach((slot, i) => all.copyWithin((outputs[i] ?? NaN) + whole, slot, slot + bytes - whole));
}
