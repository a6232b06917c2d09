import * as g from '../../graph/ops.js';
import type { AveragePool2d, MaxPool2d } from '../layer.js';
import type { LayerRules } from './rules.js';

export const maxPool2d: LayerRules<MaxPool2d> = {
  apply: ({ size, stride = size }, x) => g.maxPool2d(x, { size, strides: stride }),
};

export const averagePool2d: LayerRules<AveragePool2d> = {
  apply: ({ size, stride = size }, x) => g.averagePool2d(x, { size, strides: stride }),
};
