import { sizeOf, type Shape } from '../../core/tensor.js';
import { topologicalOrder, sameShape, type Binary, type GraphNode } from './node.js';
import { add, broadcastTo, constant, div, mul, reshape, sub } from './ops.js';
import type { ProgramDefinition } from '../engine.js';

/**
 * The same values by fewer passes over memory: a value that is the same everywhere stays a scalar for as long as it
 * can, arithmetic on constants is done here, and constant factors join. Rounding may differ in the last places.
 *
 * @returns for each node that `outputs` need, the node to compute instead, of the same shape
 */
export function simplify(outputs: readonly GraphNode[]): (node: GraphNode) => GraphNode {
  const simpler = new Map<GraphNode, GraphNode>();
  const of = (node: GraphNode): GraphNode => simpler.get(node) ?? node;
  for (const node of topologicalOrder(outputs)) simpler.set(node, simplified(node, node.inputs.map(of)));
  return of;
}

function simplified(node: GraphNode, inputs: readonly GraphNode[]): GraphNode {
  const [a, b] = inputs;
  if (a === undefined) return node;
  switch (node.op) {
    case 'reshape':
    case 'broadcastTo': {
      const scalar = scalarOf(a);
      if (scalar !== undefined) return broadcastTo(scalar, node.shape);
      return node.op === 'reshape' ? reshape(a, node.shape) : broadcastTo(a, node.shape);
    }
    case 'neg':
      return b === undefined && isUniform(a) ? arithmetic('mul', a, constant(-1), node.shape) : rebuilt(node, inputs);
    case 'add':
    case 'sub':
    case 'mul':
    case 'div':
      return b === undefined ? node : arithmetic(node.op, a, b, node.shape);
    default:
      return rebuilt(node, inputs);
  }
}

type ArithmeticOp = Extract<Binary['op'], 'add' | 'sub' | 'mul' | 'div'>;

const builders = { add, sub, mul, div } as const satisfies Record<ArithmeticOp, unknown>;

const formulas: Readonly<Record<ArithmeticOp, (a: number, b: number) => number>> = {
  add: (a, b) => a + b,
  sub: (a, b) => a - b,
  mul: (a, b) => a * b,
  div: (a, b) => a / b,
};

function arithmetic(op: ArithmeticOp, a: GraphNode, b: GraphNode, shape: Shape): GraphNode {
  const [scalarA, scalarB] = [scalarOf(a), scalarOf(b)];
  if (scalarA !== undefined && scalarB !== undefined) return broadcastTo(onScalars(op, scalarA, scalarB), shape);
  if (op === 'mul' && scalarA !== undefined && sameShape(b.shape, shape)) return scaled(b, scalarA);
  if (op === 'mul' && scalarB !== undefined && sameShape(a.shape, shape)) return scaled(a, scalarB);
  // A scalar may stand for its broadcast self only where the other operand alone makes up the result's shape.
  const left = scalarA !== undefined && sameShape(b.shape, shape) ? scalarA : a;
  const right = scalarB !== undefined && sameShape(a.shape, shape) ? scalarB : b;
  return builders[op](left, right);
}

function onScalars(op: ArithmeticOp, a: GraphNode, b: GraphNode): GraphNode {
  const [valueA, valueB] = [constantOf(a), constantOf(b)];
  if (valueA !== undefined && valueB !== undefined) return constant(formulas[op](valueA, valueB));
  if (op === 'mul') return valueA === undefined ? scaled(a, b) : scaled(b, a);
  return builders[op](a, b);
}

/** x·factor; a constant factor of x, if it has one, is multiplied with this one first. */
function scaled(x: GraphNode, factor: GraphNode): GraphNode {
  const value = constantOf(factor);
  if (value === undefined) return mul(x, factor);
  if (value === 1) return x;
  if (x.op === 'mul') {
    const [inner, known] = x.inputs;
    const innerValue = constantOf(known);
    if (innerValue !== undefined) return scaled(inner, constant(innerValue * value));
  }
  return mul(x, factor);
}

/** The scalar that `node` holds everywhere; undefined where nothing says that it does. */
function scalarOf(node: GraphNode): GraphNode | undefined {
  if (node.shape.length === 0) return node;
  if (node.op === 'broadcastTo' && node.inputs[0].shape.length === 0) return node.inputs[0];
  if (node.op === 'constant' && sizeOf(node.shape) === 1) return constant(node.data[0] ?? NaN);
  return undefined;
}

function isUniform(node: GraphNode): boolean {
  return scalarOf(node) !== undefined;
}

function constantOf(node: GraphNode): number | undefined {
  return node.op === 'constant' && node.shape.length === 0 ? node.data[0] : undefined;
}

function rebuilt(node: GraphNode, inputs: readonly GraphNode[]): GraphNode {
  if (inputs.every((input, i) => input === node.inputs[i])) return node;
  return { ...node, inputs } as unknown as GraphNode;
}

/** The same program by fewer passes over memory; see {@link simplify}. */
export function simplifyProgram({ fetches, updates = {} }: ProgramDefinition): Required<Outputs> {
  const simpler = simplify([...Object.values(fetches), ...Object.values(updates)]);
  const each = (nodes: Readonly<Record<string, GraphNode>>): Record<string, GraphNode> =>
    Object.fromEntries(Object.entries(nodes).map(([name, node]) => [name, simpler(node)]));
  return { fetches: each(fetches), updates: each(updates) };
}

type Outputs = Pick<ProgramDefinition, 'fetches' | 'updates'>;
