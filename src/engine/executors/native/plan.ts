import type { ProgramDefinition } from '../../engine.js';
import { topologicalOrder, type GraphNode } from '../../graph/node.js';
import { deepCopy, divideUpdates, isOwnMemory } from './known-steps.js';
import { lower } from './lower.js';
import { scalar, type Operation } from './operation.js';
import { Schedule, type Plan } from './schedule.js';

/**
 * How to compute programs that update variables, and so are run many times, where they need no op of TensorFlow.js: as a
 * graph, in which TensorFlow fuses ops and overlaps them but which takes some tens of milliseconds to prepare, or as
 * single ops, like all other programs.
 */
export type StepsAs = 'graph' | 'ops';

/**
 * Puts a program's operations in order.
 *
 * An optimiser's op changes its variables in place, so it comes after all that reads them, and the tensors that were
 * read are freed before: TensorFlow copies a variable that someone else still holds. It comes as soon as that allows,
 * for then its gradient is still in the processor's cache. That is why the last layer's steps are asked for first, and
 * the readers of a parameter, which pass the gradient on, before its own gradient.
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
