import { isReverieError, ReverieError } from '../../core/errors.js';
import { formatShape } from '../../core/tensor.js';
import type { Feed, GraphNode, Variable } from '../graph/node.js';
import { feed, variable } from '../graph/ops.js';
import { sameShape } from '../graph/shapes.js';
import { isRectifier } from './activations.js';
import type { Layer } from './layer.js';
import { rulesOf } from './layers/rules-of.js';
import type { Mode, ApplyContext, VariableRule } from './layers/rules.js';
import type { Network } from './network.js';

/** All that comes of applying a network to a batch. */
export interface Built {
  readonly output: GraphNode;
  readonly variables: readonly BuiltVariable[];
  readonly updates: Readonly<Record<string, GraphNode>>;
  readonly masks: readonly Mask[];
}

export interface BuiltVariable {
  readonly node: Variable;
  readonly rule: VariableRule;
  /** Whether a rectifier stands between this layer and the next weights: then He's initialisation, else Glorot's. */
  readonly beforeRectifier: boolean;
}

export interface Mask {
  readonly feed: Feed;
  readonly rate: number;
}

/**
 * The network applied to x of shape [batch, …input], layer by layer. Variables are `<network>/<n>/<role>`, n counting the
 * layers that have any: one that has none can be put in or taken out without renaming what was learnt. Masks are
 * `<network>/dropout/<n>`.
 *
 * @throws bad-shape where x or a layer does not fit; names network, place of the layer, its kind, and shapes
 */
export function build(network: Network, x: GraphNode, mode: Mode): Built {
  checkInput(network, x);
  const variables: BuiltVariable[] = [];
  const updates: Record<string, GraphNode> = {};
  const masks: Mask[] = [];
  let withVariables = 0;
  const output = network.layers.reduce(
    (h, layer, place) =>
      inPlace(network, place, layer, h, () => {
        const rules = rulesOf(layer);
        const own = (rules.variables?.(layer, h.shape.slice(1)) ?? []).map((rule) => ({
          rule,
          node: variable(`${network.name}/${withVariables}/${rule.role}`, rule.shape),
          beforeRectifier: rectifierFollows(network.layers, place),
        }));
        variables.push(...own);
        if (own.length > 0) withVariables++;
        const nodeOf: ApplyContext['variable'] = (role) => {
          const node = own.find(({ rule }) => rule.role === role)?.node;
          if (node === undefined) throw new Error(`a ${layer.kind} layer has no variable "${role}"`);
          return node;
        };
        return rules.apply(layer, h, {
          mode,
          variable: nodeOf,
          update: (role, value) => {
            updates[nodeOf(role).name] = value;
          },
          mask: ({ shape }, rate) => {
            const mask = feed(`${network.name}/dropout/${masks.length}`, shape);
            masks.push({ feed: mask, rate });
            return mask;
          },
        });
      }),
    x,
  );
  return { output, variables, updates, masks };
}

/** The network applied to a placeholder of so many rows: for what its shapes alone tell. */
export function evalShape(network: Network, batch: number, mode: Mode): Built {
  return build(network, feed(`${network.name}/x`, [batch, ...network.input]), mode);
}

function checkInput({ name, input }: Network, x: GraphNode): void {
  if (!sameShape(x.shape.slice(1), input) || x.shape.length === 0) {
    const expected = `[${['batch', ...input].join(', ')}]`;
    throw new ReverieError('bad-shape', `network "${name}": x is ${formatShape(x.shape)}, and must be ${expected}`);
  }
}

/** What `act` makes of h; what it refuses is told with the layer's place. */
function inPlace({ name }: Network, place: number, { kind }: Layer, h: GraphNode, act: () => GraphNode): GraphNode {
  try {
    return act();
  } catch (error) {
    if (!isReverieError(error)) throw error;
    const where = `network "${name}", layer ${place} (${kind}), applied to ${formatShape(h.shape)}`;
    throw new ReverieError(error.code, `${where}: ${error.message}`, { cause: error });
  }
}

function rectifierFollows(layers: readonly Layer[], place: number): boolean {
  for (const layer of layers.slice(place + 1)) {
    if (layer.kind === 'activation') return isRectifier(layer.activation);
    if (layer.kind === 'dense' || layer.kind === 'conv2d' || layer.kind === 'convTranspose2d') return false;
  }
  return false;
}
