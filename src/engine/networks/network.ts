import { isReverieError, ReverieError } from '../../core/errors.js';
import type { RandomStream } from '../../core/random.js';
import { formatShape, sizeOf, type Shape } from '../../core/tensor.js';
import type { Feeds } from '../engine.js';
import { sameShape, type Feed, type GraphNode, type Variable } from '../graph/node.js';
import { add, feed, variable } from '../graph/ops.js';
import { isRectifier, type Activation } from './activations.js';
import type { Layer, SingleLayer } from './layer.js';
import { rulesOf } from './layers/rules-of.js';
import type { ApplyContext, Mode, VariableRule } from './layers/rules.js';

/** A network as plain data. */
export interface Network {
  /** Prefix of the names of its variables and feeds. */
  readonly name: string;
  /** Shape of one sample: [784], [1, 28, 28]; [] for a label. */
  readonly input: Shape;
  readonly layers: readonly Layer[];
}

/** A network applied to a batch. */
export interface Application {
  /** [batch, …]. */
  readonly output: GraphNode;
  /** What passes the tap layers, by their names, e.g. features before the last layer. */
  readonly taps: Readonly<Record<string, GraphNode>>;
  /** New values of running statistics, by variable, to be taken over after a training step; none in inference. */
  readonly updates: Readonly<Record<string, GraphNode>>;
  /** What must be fed in addition to x: in training the masks of dropout layers, which {@link dropoutFeeds} makes. */
  readonly feeds: readonly Feed[];
}

/**
 * The network applied to x of shape [batch, …input]; see {@link build} for the names of its variables.
 *
 * @throws bad-shape where x or a layer does not fit; names network, place of the layer (from 0), its kind, and shapes
 */
export function forward(network: Network, x: GraphNode, mode: Mode): Application {
  const { output, taps, updates, masks } = build(network, x, mode);
  return { output, taps, updates, feeds: masks.map((mask) => mask.feed) };
}

/** The network applied in inference, where the output is all there is. */
export function infer(network: Network, x: GraphNode): GraphNode {
  return forward(network, x, 'inference').output;
}

/** Shape of one sample behind the last layer. @throws bad-shape as {@link forward}, before anything is made */
export function outputShape(network: Network): Shape {
  return evalShape(network, 1, 'inference').output.shape.slice(1);
}

/** A network's variables, layer by layer. */
export interface NetworkVariables {
  /** What gradients move: kernels, biases, scales, shifts, tables. */
  readonly trainable: readonly Variable[];
  /** What batches move: running means and variances. */
  readonly statistics: readonly Variable[];
}

export function variables(network: Network): NetworkVariables {
  const all = evalShape(network, 1, 'inference').variables;
  const of = (statistic: boolean): Variable[] =>
    all.flatMap(({ node, rule }) => ((rule.statistic ?? false) === statistic ? [node] : []));
  return { trainable: of(false), statistics: of(true) };
}

/**
 * The masks that a training step on `batch` rows must be fed, for each dropout layer: 0 with probability `rate`, else
 * 1/(1 − rate). Draws one uniform number for each value.
 */
export function dropoutFeeds(network: Network, batch: number, random: RandomStream): Feeds {
  return Object.fromEntries(
    evalShape(network, batch, 'training').masks.map(({ feed, rate }) => {
      const kept = 1 / (1 - rate);
      const mask = Float32Array.from({ length: sizeOf(feed.shape) }, () => (random.uniform() < rate ? 0 : kept));
      return [feed.name, mask];
    }),
  );
}

/** All that comes of applying a network to a batch. */
interface Built {
  readonly output: GraphNode;
  readonly taps: Readonly<Record<string, GraphNode>>;
  readonly variables: readonly BuiltVariable[];
  readonly updates: Readonly<Record<string, GraphNode>>;
  readonly masks: readonly Mask[];
}

interface BuiltVariable {
  readonly node: Variable;
  readonly rule: VariableRule;
  /** Whether a rectifier stands between this layer and the next weights: then He's initialisation, else Glorot's. */
  readonly beforeRectifier: boolean;
}

interface Mask {
  readonly feed: Feed;
  readonly rate: number;
}

/**
 * Layer by layer. Variables are `<network>/<n>/<role>`, n counting the layers that have any, those of a residual block
 * before those of its shortcut: a layer that has none can be put in or taken out without renaming what was learnt.
 * Masks are `<network>/dropout/<n>`.
 */
function build(network: Network, x: GraphNode, mode: Mode): Built {
  checkInput(network, x);
  const variables: BuiltVariable[] = [];
  const taps: Record<string, GraphNode> = {};
  const updates: Record<string, GraphNode> = {};
  const masks: Mask[] = [];
  let withVariables = 0;

  /** `after`: the layers behind these; `where` names what these layers belong to. */
  function inOrder(layers: readonly Layer[], input: GraphNode, after: readonly Layer[], where: string): GraphNode {
    return layers.reduce(
      (h, layer, place) =>
        inPlace(`${where} ${place}`, layer, h, () => {
          const behind = [...layers.slice(place + 1), ...after];
          if (layer.kind === 'tap') return tapped(layer.name, h);
          if (layer.kind !== 'residual') return single(layer, h, rectifierIn(behind));
          const change = inOrder(layer.layers, h, behind, 'layer');
          const kept = inOrder(layer.shortcut ?? [], h, behind, 'shortcut layer');
          return added(kept, change);
        }),
      input,
    );
  }

  function tapped(name: string, h: GraphNode): GraphNode {
    if (name in taps) throw new ReverieError('bad-usage', `there are two taps "${name}"; give each a name of its own`);
    taps[name] = h;
    return h;
  }

  function single(layer: SingleLayer, h: GraphNode, beforeRectifier: boolean): GraphNode {
    const rules = rulesOf(layer);
    const own = (rules.variables?.(layer, h.shape.slice(1)) ?? []).map((rule) => ({
      rule,
      node: variable(`${network.name}/${withVariables}/${rule.role}`, rule.shape),
      beforeRectifier,
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
  }

  const output = inOrder(network.layers, x, [], `network "${network.name}", layer`);
  return { output, taps, variables, updates, masks };
}

/** The network applied to a placeholder of so many rows: for what its shapes alone show. */
export function evalShape(network: Network, batch: number, mode: Mode): Built {
  return build(network, feed(`${network.name}/x`, [batch, ...network.input]), mode);
}

function checkInput({ name, input }: Network, x: GraphNode): void {
  if (!sameShape(x.shape.slice(1), input) || x.shape.length === 0) {
    const expected = `[${['batch', ...input].join(', ')}]`;
    throw new ReverieError('bad-shape', `network "${name}": x is ${formatShape(x.shape)}, and must be ${expected}`);
  }
}

/** What `act` makes of h; errors name the layer and its place. */
function inPlace(place: string, { kind }: Layer, h: GraphNode, act: () => GraphNode): GraphNode {
  try {
    return act();
  } catch (error) {
    if (!isReverieError(error)) throw error;
    const where = `${place} (${kind}), applied to ${formatShape(h.shape)}`;
    throw new ReverieError(error.code, `${where}: ${error.message}`, { cause: error });
  }
}

function added(kept: GraphNode, change: GraphNode): GraphNode {
  if (sameShape(kept.shape, change.shape)) return add(kept, change);
  throw new ReverieError(
    'bad-shape',
    `its layers give ${formatShape(change.shape)}, to be added to ${formatShape(kept.shape)}; ` +
      'give it a shortcut that brings x to the shape that its layers give',
  );
}

/** Whether a rectifier comes next, before other weights. */
function rectifierIn([layer, ...rest]: readonly Layer[]): boolean {
  switch (layer?.kind) {
    case undefined:
    case 'dense':
    case 'conv2d':
    case 'convTranspose2d':
      return false;
    case 'activation':
      return isRectifier(layer.activation);
    case 'residual':
      return rectifierIn([...layer.layers, ...rest]);
    default:
      return rectifierIn(rest);
  }
}

/** What a fully connected network is described by. */
export interface DenseWidths {
  readonly name: string;
  /** Widths of input, hidden layers and output; at least two. */
  readonly widths: readonly number[];
  /** After each layer but the last, which stays linear. */
  readonly activation: Activation;
}

/** The fully connected network hᵢ₊₁ = φ(hᵢ·Wᵢ + bᵢ). */
export function denseNetwork({ name, widths: [input = 0, ...units], activation }: DenseWidths): Network {
  const layers = units.flatMap((width, i) => {
    const dense = { kind: 'dense', units: width } as const;
    return i < units.length - 1 ? [dense, { kind: 'activation', activation } as const] : [dense];
  });
  return { name, input: [input], layers };
}
