import { sizeOf } from '../../../core/tensor.js';
import { reshape, transpose } from '../../graph/ops.js';
import { activations } from '../activations.js';
import type { ActivationLayer, Flatten, Reshape, Transpose } from '../layer.js';
import type { LayerRules } from './rules.js';

export const flatten: LayerRules<Flatten> = {
  apply: (_, x) => reshape(x, [x.shape[0] ?? 1, sizeOf(x.shape.slice(1))]),
};

export const reshaping: LayerRules<Reshape> = {
  apply: ({ shape }, x) => reshape(x, [x.shape[0] ?? 1, ...shape]),
};

export const transposing: LayerRules<Transpose> = {
  apply: ({ permutation }, x) => transpose(x, [0, ...permutation.map((axis) => axis + 1)]),
};

export const activating: LayerRules<ActivationLayer> = {
  apply: ({ activation }, x) => activations[activation](x),
};
