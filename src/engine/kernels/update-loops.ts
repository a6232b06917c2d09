import { sizeOf } from '../../core/tensor.js';
import type { Feeds } from '../engine.js';
import type { GraphNode } from '../graph/node.js';
import { paddedBytes } from './arena.js';
import { bytesPerPass } from './elementwise-loop.js';
import type { FusedUpdate } from './fused-updates.js';
import { instantiate, type Run, type WasmMemory } from './web-assembly.js';

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
