import type { LayerKind, LayersByKind } from '../layer.js';
import { batchNorm } from './batch-norm.js';
import { conv2d, convTranspose2d } from './convolution.js';
import { dense } from './dense.js';
import { dropout } from './dropout.js';
import { embedding } from './embedding.js';
import { averagePool2d, maxPool2d } from './pooling.js';
import type { LayerRules } from './rules.js';
import { activating, flatten, reshaping, transposing } from './shaping.js';

const layerRules: { readonly [K in LayerKind]: LayerRules<LayersByKind[K]> } = {
  dense,
  conv2d,
  convTranspose2d,
  maxPool2d,
  averagePool2d,
  batchNorm,
  dropout,
  embedding,
  activation: activating,
  flatten,
  reshape: reshaping,
  transpose: transposing,
};

/** What a layer of this kind does. */
export function rulesOf<K extends LayerKind>(
  layer: LayersByKind[K] & { readonly kind: K },
): LayerRules<LayersByKind[K]> {
  return layerRules[layer.kind];
}
