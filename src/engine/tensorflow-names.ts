import type { GraphNode } from './graph/node.js';

/** Ops that TensorFlow has as they are, operand by operand, under the names that it has them. */
export const tensorFlowNames: Readonly<Partial<Record<GraphNode['op'], string>>> = {
  neg: 'Neg',
  exp: 'Exp',
  log: 'Log',
  sqrt: 'Sqrt',
  square: 'Square',
  abs: 'Abs',
  relu: 'Relu',
  sigmoid: 'Sigmoid',
  tanh: 'Tanh',
  softplus: 'Softplus',
  add: 'AddV2',
  sub: 'Sub',
  mul: 'Mul',
  div: 'RealDiv',
  maximum: 'Maximum',
  minimum: 'Minimum',
  softmax: 'Softmax',
  logSoftmax: 'LogSoftmax',
};
