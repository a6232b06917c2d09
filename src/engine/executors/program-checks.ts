import { ReverieError } from '../../core/errors.js';
import { formatShape, sizeOf, type Shape } from '../../core/tensor.js';
import type { Feeds, ProgramDefinition, Variables } from '../engine.js';
import { topologicalOrder, describe, sameShape, type Feed, type GraphNode, type Variable } from '../graph/node.js';

/** What a program reads, found and checked once, when it is compiled. */
export interface Signature {
  /** All nodes, each after its inputs. */
  readonly order: readonly GraphNode[];
  readonly feeds: ReadonlyMap<string, Shape>;
  /** The variables it reads or updates. */
  readonly variables: ReadonlyMap<string, Shape>;
}

/** @throws bad-shape where one name has two shapes, or an update does not fit its variable */
export function signatureOf({ fetches, updates = {} }: ProgramDefinition): Signature {
  const order = topologicalOrder([...Object.values(fetches), ...Object.values(updates)]);
  const feeds = namedShapes(order.filter((node): node is Feed => node.op === 'feed'));
  const variables = namedShapes(order.filter((node): node is Variable => node.op === 'variable'));
  for (const [name, node] of Object.entries(updates)) {
    const shape = variables.get(name) ?? node.shape;
    if (!sameShape(shape, node.shape)) {
      throw new ReverieError(
        'bad-shape',
        `update of "${name}" ${formatShape(shape)} does not fit: it is ${describe(node)}`,
      );
    }
    variables.set(name, shape);
  }
  return { order, feeds, variables };
}

/** @throws bad-shape where a feed is missing or has another length than its shape */
export function feedFor(feeds: Feeds, name: string, shape: Shape): Float32Array {
  const data = feeds[name];
  if (data === undefined) {
    throw new ReverieError(
      'bad-shape',
      `the program needs a feed "${name}" ${formatShape(shape)}; given: ${Object.keys(feeds).join(', ') || 'none'}`,
    );
  }
  if (data.length !== sizeOf(shape)) {
    throw new ReverieError(
      'bad-shape',
      `feed "${name}" has ${data.length} values; ${formatShape(shape)} needs ${sizeOf(shape)}`,
    );
  }
  return data;
}

/** The variables that were passed to a program, as the kind that its engine makes. */
export function ownVariables<V extends Variables>(
  given: Variables | undefined,
  isOwn: (variables: Variables) => variables is V,
  signature: Signature,
): V | undefined {
  if (signature.variables.size === 0) return undefined;
  if (given === undefined || !isOwn(given)) {
    const problem = given === undefined ? 'none were given' : 'the given ones are of another engine';
    throw new ReverieError(
      'bad-shape',
      `the program needs variables ${[...signature.variables.keys()].join(', ')}; ${problem}`,
    );
  }
  const known = new Set(given.names);
  const missing = [...signature.variables.keys()].filter((name) => !known.has(name));
  if (missing.length > 0) {
    throw new ReverieError(
      'bad-shape',
      `the program needs variables ${missing.join(', ')}; known: ${given.names.join(', ')}`,
    );
  }
  return given;
}

/** @throws bad-shape unless there is a variable and the new value has its shape */
export function checkWrite(name: string, shape: Shape | undefined, written: Shape): void {
  if (shape === undefined) throw new ReverieError('bad-shape', `there is no variable "${name}" to write to`);
  if (!sameShape(shape, written)) {
    throw new ReverieError(
      'bad-shape',
      `variable "${name}" is ${formatShape(shape)}, the new value ${formatShape(written)}`,
    );
  }
}

/** The error of using what was disposed. */
export function disposed(what: string): ReverieError {
  return new ReverieError('disposed', `${what} was used after it was disposed`);
}

function namedShapes(nodes: readonly (Feed | Variable)[]): Map<string, Shape> {
  const shapes = new Map<string, Shape>();
  for (const { op, name, shape } of nodes) {
    const known = shapes.get(name);
    if (known !== undefined && !sameShape(known, shape)) {
      throw new ReverieError(
        'bad-shape',
        `${op} "${name}" is used as ${formatShape(known)} and as ${formatShape(shape)}`,
      );
    }
    shapes.set(name, shape);
  }
  return shapes;
}
