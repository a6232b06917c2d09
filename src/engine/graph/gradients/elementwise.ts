import type { Binary, Elementwise, GraphNode, Unary } from '../node.js';
import { add, broadcastTo, constant, div, equal, greater, mul, neg, reluGrad, sigmoid, sub, where } from '../ops.js';
import { sumTo, zeros, type InputGradients } from './sum-to.js';

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
