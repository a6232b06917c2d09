import type { GraphNode, MatMul, Reduction, RowWise } from '../node.js';
import { broadcastTo, div, equal, exp, matMul, mul, reshape, sub, sum } from '../ops.js';
import type { InputGradients } from './sum-to.js';

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
