import fc from 'fast-check';
import { isReverieError } from '../../../src/core/errors.js';
import { randomStream } from '../../../src/core/random.js';
import { sizeOf, type Shape } from '../../../src/core/tensor.js';
import type { Feed, GraphNode } from '../../../src/engine/graph/node.js';
import * as g from '../../../src/engine/graph/ops.js';

/** A graph with the feeds it reads, and values in [−1, 1] for them. */
export interface RandomGraph {
  readonly output: GraphNode;
  readonly feeds: readonly Feed[];
  readonly values: Readonly<Record<string, Float32Array>>;
}

/** Makes a feed of this shape that the graph may use. */
type NewFeed = (shape: Shape) => GraphNode;
/** Carries an image [n, c, h, w] on to another image. Values stay of the order of 1. */
type Step = (x: GraphNode, feed: NewFeed) => GraphNode;

const small = fc.integer({ min: 1, max: 3 });
const pair = fc.tuple(small, small);
const sides = fc.record({
  top: fc.integer({ min: 0, max: 2 }),
  bottom: fc.integer({ min: 0, max: 2 }),
  left: fc.integer({ min: 0, max: 2 }),
  right: fc.integer({ min: 0, max: 2 }),
});
const flag = fc.boolean();

const unary = fc.constantFrom<Step>(
  g.neg,
  g.relu,
  g.sigmoid,
  g.tanh,
  g.abs,
  g.softplus,
  g.softmax,
  (x) => g.exp(g.neg(g.abs(x))),
  (x) => g.log(g.add(g.square(x), g.constant(0.5))),
  (x) => g.sqrt(g.add(g.square(x), g.constant(0.25))),
  (x) => g.tanh(g.logSoftmax(x)),
  (x) => g.clip(x, -0.75, 0.5),
);

/** With a feed that is broadcast along the axes where a flag is set. */
const binary = fc
  .tuple(
    fc.constantFrom<(a: GraphNode, b: GraphNode) => GraphNode>(
      g.add,
      g.sub,
      g.mul,
      g.maximum,
      g.minimum,
      (a, b) => g.div(a, g.add(g.square(b), g.constant(0.5))),
      (a, b) => g.where(g.greater(a, b), a, g.mul(a, b)),
      (a, b) => g.sigmoidCrossEntropy(a, g.sigmoid(b)),
    ),
    fc.array(flag, { minLength: 4, maxLength: 4 }),
  )
  .map<Step>(([join, broadcast]) => (x, feed) => {
    const shape = x.shape.map((extent, axis) => (broadcast[axis] === true ? 1 : extent));
    return join(x, feed(shape));
  });

const layout = fc.constantFrom<Step>(
  (x) => g.transpose(x, [0, 1, 3, 2]),
  (x) => g.transpose(x, [1, 0, 2, 3]),
  (x) => g.concat([x, g.tanh(x)], 1),
  (x, feed) => g.concat([feed(x.shape), x], 3),
  (x) => g.pad(x, [0, 1, 0, 2], [0, 0, 1, 0]),
  (x) =>
    g.slice(
      x,
      [0, 0, x.shape[2] === 1 ? 0 : 1, 0],
      [...x.shape.slice(0, 2), Math.max((x.shape[2] ?? 1) - 1, 1), x.shape[3] ?? 1],
    ),
);

const normalise = fc.constantFrom<Step>(
  (x) => g.sub(x, g.mean(x, [0, 2, 3], { keepDims: true })),
  (x) => g.sub(x, g.max(x, [1], { keepDims: true })),
  (x) => g.add(x, g.min(x, [2, 3], { keepDims: true })),
);

const product = small.map<Step>((width) => (x, feed) => {
  const [n = 1, c = 1, h = 1, w = 1] = x.shape;
  const rows = g.reshape(x, [n * c * h, w]);
  return g.tanh(g.reshape(g.matMul(rows, feed([w, width])), [n, c, h, width]));
});

const convolution = fc.record({ out: small, size: pair, strides: pair, padding: sides, dilations: pair }).map<Step>(
  ({ out, size: [kh, kw], ...options }) =>
    (x, feed) =>
      g.tanh(g.conv2d(x, feed([out, x.shape[1] ?? 1, kh, kw]), options)),
);

const transposed = fc
  .record({ out: small, size: pair, strides: pair, padding: sides, dilations: pair, added: fc.tuple(flag, flag) })
  .map<Step>(({ out, size: [kh, kw], added, ...options }) => (x, feed) => {
    const [vertical, horizontal] = options.strides;
    const outputPadding = [added[0] ? vertical - 1 : 0, added[1] ? horizontal - 1 : 0] as const;
    return g.tanh(g.convTranspose2d(x, feed([x.shape[1] ?? 1, out, kh, kw]), { ...options, outputPadding }));
  });

const pooling = fc
  .record({ pool: fc.constantFrom(g.maxPool2d, g.averagePool2d), size: pair, strides: pair, padding: sides })
  .map<Step>(
    ({ pool, ...options }) =>
      (x) =>
        pool(x, options),
  );

const step = fc.oneof(unary, binary, layout, normalise, product, convolution, transposed, pooling);

/** Images of a random shape, sent through up to six random steps. Steps that do not fit what they get are left out. */
export const randomGraphs: fc.Arbitrary<RandomGraph> = fc
  .record({
    shape: fc.tuple(small, small, fc.integer({ min: 2, max: 6 }), fc.integer({ min: 2, max: 6 })),
    steps: fc.array(step, { minLength: 1, maxLength: 6 }),
    seed: fc.nat(),
  })
  .map(({ shape, steps, seed }) => {
    const feeds: Feed[] = [];
    const feed: NewFeed = (wanted) => {
      const made = g.feed(`x${feeds.length}`, wanted);
      feeds.push(made);
      return made;
    };
    let output = feed(shape);
    for (const next of steps) {
      const before = feeds.length;
      try {
        const following = next(output, feed);
        if (sizeOf(following.shape) <= 3000) output = following;
      } catch (error) {
        if (!isReverieError(error)) throw error;
        feeds.length = before;
      }
    }
    const random = randomStream(seed);
    const values = feeds.map(({ name, shape: own }) => [
      name,
      Float32Array.from({ length: sizeOf(own) }, () => 2 * random.uniform() - 1),
    ]);
    return { output, feeds, values: Object.fromEntries(values) as RandomGraph['values'] };
  });
