import type { SingleLayersByKind } from '../layer.js';
import { conv2d, convTranspose2d } from './convolution.js';
import { dense } from './dense.js';
import { dropout } from './dropout.js';
import { embedding } from './embedding.js';
import { batchNorm, groupNorm } from './normalisation.js';
import { averagePool2d, maxPool2d } from './pooling.js';
import type { LayerRules } from './rules.js';
import { activating, flatten, reshaping, transposing } from './shaping.js';

type Kind = keyof SingleLayersByKind;

const layerRules: { readonly [K in Kind]: LayerRules<SingleLayersByKind[K]> } = {
  dense,
  conv2d,
  convTranspose2d,
  maxPool2d,
  averagePool2d,
  batchNorm,
  groupNorm,
  dropout,
  embedding,
  activation: activating,
  flatten,
  reshape: reshaping,
  transpose: transposing,
};

/** What a layer of this kind does. */
export function rulesOf<K extends Kind>(
  layer: SingleLayersByKind[K] & { readonly kind: K },
): LayerRules<SingleLayersByKind[K]> {
  return layerRules[layer.kind];
}
