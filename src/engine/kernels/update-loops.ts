import { sizeOf } from '../../core/tensor.js';
import type { Feeds } from '../engine.js';
import type { GraphNode } from '../graph/node.js';
import { paddedBytes } from './arena.js';
import type { FusedUpdate } from './fused-updates.js';
import { webAssembly, type WasmMemory } from './web-assembly.js';

/** A memory, and where in it the arrays of a program lie. */
export interface LoopPlace {
  readonly memory: WasmMemory;
  addressOf(variable: string): number;
  /** Address of an array that is computed before the loops run. */
  addressOfInput(input: GraphNode): number;
  /** A number that is computed before the loops run. */
  valueOf(scalar: GraphNode): number;
}

type Run = (...parameters: number[]) => void;

/** The fused updates of a program, ready to run in the memories of whatever variables it is given. */
export class UpdateLoops {
  /** One instance a memory; memories come and go with their variables. */
  readonly #instances = new WeakMap<WasmMemory, readonly Run[]>();

  constructor(private readonly updates: readonly FusedUpdate[]) {}

  run(place: LoopPlace, feeds: Feeds): void {
    const instances = this.#instancesIn(place.memory);
    this.updates.forEach(({ shape, arrays, scalars, names }, i) => {
      instances[i]?.(
        paddedBytes(sizeOf(shape)),
        ...arrays.map((node) => (node.op === 'variable' ? place.addressOf(node.name) : place.addressOfInput(node))),
        ...names.map((name) => place.addressOf(name)),
        ...scalars.map((node) => (node.op === 'feed' ? (feeds[node.name]?.[0] ?? NaN) : place.valueOf(node))),
      );
    });
  }

  #instancesIn(memory: WasmMemory): readonly Run[] {
    const known = this.#instances.get(memory);
    if (known !== undefined) return known;
    const instances = this.updates.map(
      ({ module }) => new webAssembly.Instance(module, { env: { memory } }).exports['run'] as Run,
    );
    this.#instances.set(memory, instances);
    return instances;
  }
}
