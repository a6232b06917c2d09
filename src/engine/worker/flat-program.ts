import type { KnownStep, ProgramDefinition } from '../engine.js';
import { topologicalOrder, type GraphNode } from '../graph/node.js';

/**
 * A program as it travels between threads: its nodes in a list, each after its inputs, and places in that list where
 * there were nodes. Threads copy recursively, and a deep graph is deeper than a stack.
 */
export interface FlatProgram {
  readonly nodes: readonly FlatNode[];
  readonly fetches: Places;
  readonly updates: Places;
  readonly knownSteps: readonly Readonly<Record<string, unknown>>[];
}

/** A node whose inputs are places. */
type FlatNode = Omit<GraphNode, 'inputs'> & { readonly inputs: readonly number[] };
type Places = Readonly<Record<string, number>>;

/** What a known step has in the place of a node. */
interface Place {
  readonly place: number;
}

export function flatten({ fetches, updates = {}, knownSteps = [] }: ProgramDefinition): FlatProgram {
  const nodes = topologicalOrder([
    ...Object.values(fetches),
    ...Object.values(updates),
    ...knownSteps.flatMap((step) => Object.values(step).filter(isNode)),
  ]);
  const placeOf = new Map(nodes.map((node, place) => [node, place]));
  const place = (node: GraphNode): number => placeOf.get(node) ?? -1;
  const places = (named: Readonly<Record<string, GraphNode>>): Places => mapValues(named, place);
  return {
    nodes: nodes.map((node) => ({ ...node, inputs: node.inputs.map(place) })),
    fetches: places(fetches),
    updates: places(updates),
    knownSteps: knownSteps.map((step) =>
      mapValues(step as unknown as Readonly<Record<string, unknown>>, (value) =>
        isNode(value) ? ({ place: place(value) } satisfies Place) : value,
      ),
    ),
  };
}

/** The program again: the same structure, of nodes of its own. */
export function unflatten({ nodes: flat, fetches, updates, knownSteps }: FlatProgram): ProgramDefinition {
  const nodes: GraphNode[] = [];
  const node = (place: number): GraphNode => {
    const found = nodes[place];
    if (found === undefined) throw new Error(`a program travelled without its node ${place}`);
    return found;
  };
  for (const one of flat) nodes.push({ ...one, inputs: one.inputs.map(node) } as unknown as GraphNode);
  return {
    fetches: mapValues(fetches, node),
    updates: mapValues(updates, node),
    knownSteps: knownSteps.map(
      (step) => mapValues(step, (value) => (isPlace(value) ? node(value.place) : value)) as unknown as KnownStep,
    ),
  };
}

function isNode(value: unknown): value is GraphNode {
  return typeof value === 'object' && value !== null && 'op' in value && 'inputs' in value;
}

function isPlace(value: unknown): value is Place {
  return typeof value === 'object' && value !== null && 'place' in value;
}

function mapValues<From, To>(values: Readonly<Record<string, From>>, map: (value: From) => To): Record<string, To> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, map(value)]));
}
