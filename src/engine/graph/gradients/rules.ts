import type { Shape } from '../../../core/tensor.js';
import type { GraphNode, Binary, Elementwise, Unary, MatMul, Reduction, RowWise, Layout } from '../node.js';
import {
  broadcastTo,
  constant,
  reshape,
  sum,
  add,
  div,
  equal,
  greater,
  mul,
  neg,
  reluGrad,
  sigmoid,
  sub,
  where,
  exp,
  matMul,
  pad,
  slice,
  transpose,
} from '../ops.js';

/** The gradients that a node passes back, one for each input; each is made only where it is needed. */
export type InputGradients = readonly (() => GraphNode)[];

/** The adjoint of broadcasting from `shape` to `from`: sums over every axis that was broadcast. */
function sumTo(g: GraphNode, shape: Shape, from: Shape): GraphNode {
  const full = broadcastTo(g, from);
  const offset = from.length - shape.length;
  const broadcast = from.flatMap((extent, axis) => {
    const own = axis < offset ? undefined : shape[axis - offset];
    return own === undefined || (own === 1 && extent !== 1) ? [axis] : [];
  });
  return reshape(sum(full, broadcast), shape);
}

/** The gradient of what is constant almost everywhere. */
export function zeros(shape: Shape): GraphNode {
  return broadcastTo(constant(0), shape);
}

export function elementwiseGradients(y: Elementwise, g: GraphNode): InputGradients {
  switch (y.op) {
    case 'clip': {
      const [x] = y.inputs;
      const outside = add(greater(constant(y.min), x), greater(x, constant(y.max)));
      return [() => where(outside, constant(0), g)];
    }
    case 'where': {
      const [mask, a, b] = y.inputs;
      const zero = constant(0);
      return [
        () => zeros(mask.shape),
        () => sumTo(where(mask, g, zero), a.shape, y.shape),
        () => sumTo(where(mask, zero, g), b.shape, y.shape),
      ];
    }
    default:
      return isBinary(y) ? binaryGradients(y, g) : [() => unaryGradient(y, g)];
  }
}

function isBinary(y: Unary | Binary): y is Binary {
  return y.inputs.length === 2;
}

function unaryGradient(y: Unary, g: GraphNode): GraphNode {
  const [x] = y.inputs;
  switch (y.op) {
    case 'neg':
      return neg(g);
    case 'exp':
      return mul(g, y);
    case 'log':
      return div(g, x);
    case 'sqrt':
      return div(mul(g, constant(0.5)), y);
    case 'square':
      return mul(mul(g, constant(2)), x);
    case 'abs':
      return mul(g, sub(greater(x, constant(0)), greater(constant(0), x)));
    case 'relu':
      return reluGrad(broadcastTo(g, y.shape), y);
    case 'sigmoid':
      return mul(mul(g, y), sub(constant(1), y));
    case 'tanh':
      return mul(g, sub(constant(1), mul(y, y)));
    case 'softplus':
      return mul(g, sigmoid(x));
  }
}

function binaryGradients(y: Binary, g: GraphNode): InputGradients {
  const [a, b] = y.inputs;
  const toA = (gradient: GraphNode): GraphNode => sumTo(gradient, a.shape, y.shape);
  const toB = (gradient: GraphNode): GraphNode => sumTo(gradient, b.shape, y.shape);
  switch (y.op) {
    case 'add':
      return [() => toA(g), () => toB(g)];
    case 'sub':
      return [() => toA(g), () => neg(toB(g))];
    case 'mul':
      return [() => toA(mul(g, b)), () => toB(mul(g, a))];
    case 'div':
      return [() => toA(div(g, b)), () => toB(neg(div(mul(g, y), b)))];
    case 'maximum':
      return [() => toA(mul(g, shareOf(a, b))), () => toB(mul(g, shareOf(b, a)))];
    case 'minimum':
      return [() => toA(mul(g, shareOf(b, a))), () => toB(mul(g, shareOf(a, b)))];
    case 'greater':
    case 'equal':
      return [() => zeros(a.shape), () => zeros(b.shape)];
    case 'reluGrad':
      // Linear in its first input; in its second it is piecewise constant, so that derivative is 0 almost everywhere.
      return [() => toA(reluGrad(broadcastTo(g, y.shape), b)), () => zeros(b.shape)];
    case 'sigmoidCrossEntropy':
      // d/dz [log(1 + eᶻ) − z·t] = σ(z) − t; d/dt = −z.
      return [() => toA(mul(g, sub(sigmoid(a), b))), () => toB(mul(g, neg(a)))];
  }
}

/** 1 where a > b, ½ where they are equal, else 0. */
function shareOf(a: GraphNode, b: GraphNode): GraphNode {
  return add(greater(a, b), mul(equal(a, b), constant(0.5)));
}

export function matMulGradients(y: MatMul, g: GraphNode): InputGradients {
  const [a, b] = y.inputs;
  const { transposeA, transposeB } = y;
  const dy = broadcastTo(g, y.shape);
  return [
    () =>
      transposeA
        ? matMul(b, dy, { transposeA: transposeB, transposeB: true })
        : matMul(dy, b, { transposeB: !transposeB }),
    () =>
      transposeB
        ? matMul(dy, a, { transposeA: true, transposeB: transposeA })
        : matMul(a, dy, { transposeA: !transposeA }),
  ];
}

export function reductionGradients(y: Reduction, g: GraphNode): InputGradients {
  const [x] = y.inputs;
  const kept = x.shape.map((extent, axis) => (y.axes.includes(axis) ? 1 : extent));
  const spread = (values: GraphNode): GraphNode => reshape(broadcastTo(values, y.shape), kept);
  switch (y.op) {
    case 'sum':
      return [() => broadcastTo(spread(g), x.shape)];
    case 'max':
    case 'min': {
      const chosen = equal(x, spread(y));
      return [() => div(mul(chosen, spread(g)), sum(chosen, y.axes, { keepDims: true }))];
    }
  }
}

export function rowWiseGradients(y: RowWise, g: GraphNode): InputGradients {
  const last = y.shape.length - 1;
  const rowSum = (x: GraphNode): GraphNode => sum(x, [last], { keepDims: true });
  switch (y.op) {
    case 'softmax':
      // dx = y ⊙ (g − Σ g⊙y)
      return [() => mul(y, sub(g, rowSum(mul(g, y))))];
    case 'logSoftmax':
      // dx = g − softmax(x) · Σ g
      return [() => sub(g, mul(exp(y), rowSum(broadcastTo(g, y.shape))))];
  }
}

export function layoutGradients(y: Layout, g: GraphNode): InputGradients {
  const dy = (): GraphNode => broadcastTo(g, y.shape);
  switch (y.op) {
    case 'reshape':
      return [() => reshape(dy(), y.inputs[0].shape)];
    case 'broadcastTo':
      return [() => sumTo(g, y.inputs[0].shape, y.shape)];
    case 'transpose': {
      const inverse = y.permutation.map((_, axis) => y.permutation.indexOf(axis));
      return [() => transpose(dy(), inverse)];
    }
    case 'concat': {
      const begins = y.inputs.map((_, i) =>
        y.inputs.slice(0, i).reduce((total, { shape }) => total + (shape[y.axis] ?? 0), 0),
      );
      return y.inputs.map((input, i) => () => {
        const begin = y.shape.map((_, axis) => (axis === y.axis ? (begins[i] ?? 0) : 0));
        return slice(dy(), begin, input.shape);
      });
    }
    case 'slice': {
      const [x] = y.inputs;
      const after = x.shape.map((extent, axis) => extent - (y.begin[axis] ?? 0) - (y.shape[axis] ?? 0));
      return [() => pad(dy(), y.begin, after)];
    }
    case 'pad':
      return [() => slice(dy(), y.before, y.inputs[0].shape)];
  }
}
