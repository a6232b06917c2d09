import { ReverieError } from '../../core/errors.js';
import { formatShape, type Shape } from '../../core/tensor.js';
import type { TrainedFunction } from '../../core/trained-function.js';
import {
  topologicalOrder,
  describe,
  sameShape,
  type Constant,
  type Feed,
  type GraphNode,
  type Variable,
} from '../graph/node.js';

/** Stands in shapes for the number of rows, which whoever runs an exported function decides. */
export const anyRows = -1;

/** A trained function as a graph for any number of rows: extents that grow with it are {@link anyRows}. */
export interface FreeGraph {
  readonly outputs: Readonly<Record<string, GraphNode>>;
  readonly feeds: readonly Feed[];
}

/** Two numbers of rows that no layer has in common: what differs between the two graphs is due to the rows alone. */
const fewer = 2;
const more = 3;

/**
 * Whether a node is made as long as there are rows by its own shape, which a file would have to know, and not by what it
 * is made from. To slice all rows is no harm.
 */
function shapedByDecree(node: GraphNode, free: Shape): boolean {
  return free.some((extent, axis) => {
    if (extent !== anyRows) return false;
    if (node.op === 'broadcastTo') return true;
    return node.op === 'slice' && node.inputs[0].shape[axis] !== node.shape[axis];
  });
}

/**
 * The function for any number of rows. Graphs have fixed shapes, so it is built twice, for two numbers of rows, and what
 * differs is either an extent that grows in step with them, which becomes free, or a reason to refuse.
 *
 * @throws bad-plugin where what comes out of a row depends on how many there are, or names and shapes do not fit
 */
export function freeRows(trained: TrainedFunction): FreeGraph {
  const refuse = (problem: string): ReverieError =>
    new ReverieError('bad-plugin', `"${trained.name}" cannot be exported: ${problem}`);
  // The engine's nodes are what `graph` is documented to give; an op that is none is refused by what writes the file.
  const [small, large] = [fewer, more].map((rows) => trained.graph(rows) as Readonly<Record<string, GraphNode>>);
  if (small === undefined || large === undefined) throw refuse('it gives no graph');
  checkNames('output', Object.keys(trained.outputs), Object.keys(small), refuse);
  const orders = [topologicalOrder(Object.values(small)), topologicalOrder(Object.values(large))] as const;
  if (orders[0].length !== orders[1].length) throw refuse('its graph has other steps for other numbers of rows');

  const merged = new Map<GraphNode, GraphNode>();
  const feeds = new Map<string, Feed>();
  const used = new Set<string>();
  orders[0].forEach((node, i) => {
    const twin = orders[1][i] ?? node;
    const shape = freeShape(node, twin, refuse);
    if (!sameBesidesShape(node, twin)) throw refuse(`${describe(node)} depends on the number of rows`);
    if (shapedByDecree(node, shape)) {
      throw refuse(`${describe(node)} makes something as long as there are rows; let it follow from the operands`);
    }
    if (node.op === 'variable') checkParameter(node, trained, refuse);
    if (node.op === 'variable') used.add(node.name);
    const inputs = node.inputs.map((input) => merged.get(input) ?? input);
    // The same node with the same number of inputs: what the compiler cannot know of a list.
    const free = { ...node, inputs, shape } as unknown as GraphNode;
    merged.set(node, free);
    if (free.op === 'feed') feeds.set(free.name, free);
  });
  checkNames('input', Object.keys(trained.inputs), [...feeds.keys()], refuse);
  checkNames('parameter', Object.keys(trained.parameters), [...used], refuse);

  const outputs = Object.fromEntries(Object.entries(small).map(([name, node]) => [name, merged.get(node) ?? node]));
  for (const node of [...feeds.values(), ...Object.values(outputs)]) {
    if (node.shape[0] !== anyRows || node.shape.indexOf(anyRows, 1) > 0) {
      throw refuse(`${node.op} ${formatShape(node.shape)} does not have one row for each that is given`);
    }
  }
  return { outputs, feeds: [...feeds.values()] };
}

type Refuse = (problem: string) => ReverieError;

/** The shape that both have, with each extent that grows in step with the rows made free. */
function freeShape(node: GraphNode, twin: GraphNode, refuse: Refuse): Shape {
  const free = node.shape.map((extent, axis) => {
    const other = twin.shape[axis];
    if (extent === other) return extent;
    if (other === undefined || extent * more !== other * fewer) {
      throw refuse(`${describe(node)} does not grow in step with the number of rows`);
    }
    return anyRows;
  });
  if (node.shape.length !== twin.shape.length || free.filter((extent) => extent === anyRows).length > 1) {
    throw refuse(`${describe(node)} grows with the number of rows in more than one way`);
  }
  return free;
}

/** Whether two nodes in the same place of two graphs are the same but for their inputs and shapes. */
function sameBesidesShape(node: GraphNode, twin: GraphNode): boolean {
  if (node.op === 'constant') return twin.op === 'constant' && sameValues(node, twin);
  const properties = (of: GraphNode): string => JSON.stringify({ ...of, inputs: of.inputs.length, shape: 0 });
  return properties(node) === properties(twin);
}

function sameValues(a: Constant, b: Constant): boolean {
  return a.data.length === b.data.length && a.data.every((value, i) => Object.is(value, b.data[i]));
}

function checkParameter({ name, shape }: Variable, { parameters }: TrainedFunction, refuse: Refuse): void {
  const parameter = parameters[name];
  if (parameter === undefined || !sameShape(parameter.shape, shape)) {
    const given = parameter === undefined ? 'is not among its parameters' : `has shape ${formatShape(parameter.shape)}`;
    throw refuse(`variable "${name}" ${given}, its graph wants ${formatShape(shape)}`);
  }
}

function checkNames(kind: string, described: readonly string[], found: readonly string[], refuse: Refuse): void {
  const list = (names: readonly string[]): string => [...names].sort().join(', ');
  if (list(described) !== list(found)) {
    throw refuse(`it describes the ${kind}s ${list(described)}, its graph has ${list(found)}`);
  }
}

/** An input or output as people want to know it. */
export interface Port {
  readonly name: string;
  readonly type: 'float32';
  /** `batch` is the number of rows. */
  readonly shape: readonly (number | 'batch')[];
  readonly meaning: string;
}

/** Inputs and outputs of a trained function. @throws as {@link freeRows} does */
export function portsOf(trained: TrainedFunction): {
  readonly inputs: readonly Port[];
  readonly outputs: readonly Port[];
} {
  const { feeds, outputs } = freeRows(trained);
  const port = (name: string, { shape }: GraphNode, meaning = ''): Port => ({
    name,
    type: 'float32',
    shape: shape.map((extent) => (extent === anyRows ? 'batch' : extent)),
    meaning,
  });
  return {
    inputs: feeds.map((node) => port(node.name, node, trained.inputs[node.name])),
    outputs: Object.entries(outputs).map(([name, node]) => port(name, node, trained.outputs[name])),
  };
}
