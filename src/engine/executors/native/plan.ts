import type { ProgramDefinition } from '../../engine.js';
import { topologicalOrder, type GraphNode } from '../../graph/node.js';
import {
  deepCopy,
  divideUpdates,
  isOwnMemory,
  scalar,
  type Operation,
  type Application,
  type ConstantOperation,
  type FeedOperation,
} from './operation.js';
import { lower } from './lower.js';
import { graphModel, type GraphModel } from './graph-model.js';

/**
 * How to compute programs that update variables, and need no op of TensorFlow.js: as a graph, which TensorFlow fuses
 * but takes some tens of milliseconds to prepare, or as single ops, like all other programs.
 */
export type StepsAs = 'graph' | 'ops';

/**
 * Puts a program's operations in order. An optimiser's op changes its variables in place, so it comes after all that
 * reads them, once the tensors that were read are freed, for TensorFlow copies a variable that someone still holds; and
 * as soon as that allows, while its gradient is in the processor's cache. So the last layer's steps are asked for
 * first, and the readers of a parameter before its gradient.
 */
export function plan(definition: ProgramDefinition, stepsAs: StepsAs): Plan {
  const { applications, assigned } = divideUpdates(definition);
  const roots = [
    ...Object.values(definition.fetches),
    ...Object.values(assigned),
    ...applications.flatMap(({ inputs, first }) => [
      ...inputs.filter((input) => typeof input !== 'number'),
      ...(first === undefined ? [] : [first]),
    ]),
  ];
  const of = lower(roots);
  const number = scalars();
  const fetches = mapOf(definition.fetches, of);
  const assignments = mapOf(assigned, (node) => {
    const operation = of(node);
    return isOwnMemory(operation) ? operation : deepCopy(operation);
  });
  const steps = [...applications].reverse().map((application) => ({
    application,
    inputs: application.inputs.map((input) => (typeof input === 'number' ? number(input) : of(input))),
    first: application.first === undefined ? undefined : of(application.first),
  }));
  const wanted = [
    ...fetches.values(),
    ...assignments.values(),
    ...steps.flatMap(({ inputs, first }) => (first === undefined ? inputs : [...inputs, first])),
  ];
  const all = topologicalOrder(wanted);
  const readers = readersOf(all);
  const schedule = new Schedule();
  const isStep = steps.length + assignments.size > 0;
  if (stepsAs === 'graph' && isStep && !all.some(({ kind }) => kind === 'shared')) schedule.graph(wanted);
  for (const operation of fetches.values()) schedule.visit(operation);
  for (const { application, inputs, first } of steps) {
    for (const name of application.variables) {
      for (const reader of readers.get(name) ?? []) if (!schedule.isPartOfGraph(reader)) schedule.visit(reader);
    }
    for (const input of inputs) schedule.visit(input);
    if (first !== undefined) schedule.assign(application.variables[0] ?? '', first);
    schedule.apply(application, inputs);
  }
  for (const operation of assignments.values()) schedule.visit(operation);
  return schedule.finish(fetches, assignments);
}

/** Numbers as operations, each number once. */
function scalars(): (value: number) => Operation {
  const known = new Map<number, Operation>();
  return (value) => {
    const operation = known.get(value) ?? scalar(value);
    known.set(value, operation);
    return operation;
  };
}

function mapOf(
  nodes: Readonly<Record<string, GraphNode>>,
  of: (node: GraphNode) => Operation,
): ReadonlyMap<string, Operation> {
  return new Map(Object.entries(nodes).map(([name, node]) => [name, of(node)]));
}

/** For each variable, the operation that reads it and all that use what was read. */
function readersOf(operations: readonly Operation[]): ReadonlyMap<string, readonly Operation[]> {
  const readers = new Map<string, Operation[]>();
  const at = (name: string): Operation[] => {
    const list = readers.get(name) ?? [];
    readers.set(name, list);
    return list;
  };
  for (const operation of operations) {
    if (operation.kind === 'read') at(operation.name).push(operation);
    for (const input of operation.inputs) if (input.kind === 'read') at(input.name).push(operation);
  }
  return readers;
}

/** Where a value lies while a program runs: an index into the run's list of tensors. */
export type Slot = number;

/** What a run does, one after the other. After each, the values in `free` are not needed any more. */
export type Instruction = Unfreed & { readonly free: readonly Slot[] };

type Unfreed =
  | {
      readonly kind: 'compute';
      readonly operation: Exclude<Operation, ConstantOperation | FeedOperation>;
      readonly inputs: readonly Slot[];
      readonly output: Slot;
    }
  /** Computes many operations at once. */
  | { readonly kind: 'graph'; readonly inputs: readonly Slot[]; readonly outputs: readonly Slot[] }
  | { readonly kind: 'assign'; readonly variable: string; readonly value: Slot }
  | { readonly kind: 'apply'; readonly application: Application; readonly inputs: readonly Slot[] };

export interface Plan {
  readonly slots: number;
  /** Filled when the program is made, and kept. */
  readonly constants: ReadonlyMap<Slot, ConstantOperation>;
  /** Filled when a run begins. */
  readonly feeds: ReadonlyMap<Slot, FeedOperation>;
  readonly instructions: readonly Instruction[];
  /** What the graph instruction computes; a plan has one at most. */
  readonly model: GraphModel | undefined;
  readonly fetches: ReadonlyMap<string, Slot>;
  /** Variables that get new values once everything has been read, and where those lie. */
  readonly assigned: ReadonlyMap<string, Slot>;
}

/** A plan in the making: instructions in the order in which they are asked for. */
class Schedule {
  readonly #slots = new Map<Operation, Slot>();
  readonly #constants = new Map<Slot, ConstantOperation>();
  readonly #feeds = new Map<Slot, FeedOperation>();
  readonly #instructions: Unfreed[] = [];
  #model: GraphModel | undefined;
  #insideGraph: ReadonlySet<Operation> = new Set();

  /** Computes at once all of these that are ops. */
  graph(wanted: readonly Operation[]): void {
    const outputs = [...new Set(wanted.filter(({ kind }) => kind === 'raw'))];
    if (outputs.length === 0) return;
    this.#insideGraph = new Set(topologicalOrder(outputs));
    this.#model = graphModel(outputs);
    const inputs = this.#model.inputs.map((input) => this.visit(input));
    const slots = outputs.map((output) => {
      const slot = this.#slots.size;
      this.#slots.set(output, slot);
      return slot;
    });
    this.#instructions.push({ kind: 'graph', inputs, outputs: slots });
  }

  isPartOfGraph(operation: Operation): boolean {
    return operation.kind === 'raw' && this.#insideGraph.has(operation);
  }

  /** Computes an operation, if that is not done yet, and before it what it needs. */
  visit(root: Operation): Slot {
    const isDone = (operation: Operation): boolean => this.#slots.has(operation);
    for (const operation of topologicalOrder([root], isDone)) if (!isDone(operation)) this.#emit(operation);
    return this.#slotOf(root);
  }

  assign(variable: string, value: Operation): void {
    this.#instructions.push({ kind: 'assign', variable, value: this.visit(value) });
  }

  apply(application: Application, inputs: readonly Operation[]): void {
    this.#instructions.push({ kind: 'apply', application, inputs: inputs.map((input) => this.visit(input)) });
  }

  finish(fetches: ReadonlyMap<string, Operation>, assigned: ReadonlyMap<string, Operation>): Plan {
    const slots = (operations: ReadonlyMap<string, Operation>): ReadonlyMap<string, Slot> =>
      new Map([...operations].map(([name, operation]) => [name, this.#slotOf(operation)]));
    const outputs = { fetches: slots(fetches), assigned: slots(assigned) };
    // Each is freed after the last instruction that uses it.
    const kept = new Set([...this.#constants.keys(), ...outputs.fetches.values(), ...outputs.assigned.values()]);
    const instructions: Instruction[] = [];
    for (const instruction of [...this.#instructions].reverse()) {
      const free = [...new Set(usedBy(instruction))].filter((slot) => !kept.has(slot));
      for (const slot of free) kept.add(slot);
      instructions.unshift({ ...instruction, free });
    }
    return {
      slots: this.#slots.size,
      constants: this.#constants,
      feeds: this.#feeds,
      instructions,
      model: this.#model,
      ...outputs,
    };
  }

  #emit(operation: Operation): void {
    const slot = this.#slots.size;
    this.#slots.set(operation, slot);
    if (operation.kind === 'constant') this.#constants.set(slot, operation);
    else if (operation.kind === 'feed') this.#feeds.set(slot, operation);
    else {
      const inputs = operation.inputs.map((input) => this.#slotOf(input));
      this.#instructions.push({ kind: 'compute', operation, inputs, output: slot });
    }
  }

  #slotOf(operation: Operation): Slot {
    const slot = this.#slots.get(operation);
    if (slot === undefined) throw new Error(`a ${operation.kind} is used before it is computed`);
    return slot;
  }
}

function usedBy(instruction: Unfreed): readonly Slot[] {
  switch (instruction.kind) {
    case 'compute':
    case 'graph':
    case 'apply':
      return instruction.inputs;
    case 'assign':
      return [instruction.value];
  }
}
