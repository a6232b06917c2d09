import { ReverieError } from '../../../core/errors.js';
import { formatShape, sizeOf, type Shape } from '../../../core/tensor.js';
import type { GraphNode } from '../../graph/node.js';
import * as g from '../../graph/ops.js';
import { activations } from '../activations.js';
import type { SingleLayersByKind } from '../layer.js';
import { batchNorm, groupNorm } from './normalisation.js';
import type { LayerRules } from './rules.js';

type Kind = keyof SingleLayersByKind;

const layerRules: { readonly [K in Kind]: LayerRules<SingleLayersByKind[K]> } = {
  dense: {
    variables({ units, transposeOf }, input) {
      const [width] = input;
      if (width === undefined || input.length !== 1)
        throw new ReverieError('bad-shape', 'needs rows, [n]; a flatten layer makes them');
      const bias = { role: 'bias', shape: [units], start: 0 } as const;
      if (transposeOf !== undefined) return [bias];
      return [{ role: 'kernel', shape: [width, units], start: { fanIn: width, fanOut: units } }, bias];
    },
    apply({ units, transposeOf }, x, { variable }) {
      const product =
        transposeOf === undefined
          ? g.matMul(x, variable('kernel'))
          : g.matMul(x, g.variable(transposeOf, [units, ...x.shape.slice(1)]), { transposeB: true });
      return g.add(product, variable('bias'));
    },
  },
  conv2d: {
    variables({ channels, size }, input) {
      const from = channelsOf(input);
      const taps = size * size;
      return [
        { role: 'kernel', shape: [channels, from, size, size], start: { fanIn: from * taps, fanOut: channels * taps } },
        { role: 'bias', shape: [channels], start: 0 },
      ];
    },
    apply: ({ stride = 1, padding = 0 }, x, { variable }) =>
      withBias(g.conv2d(x, variable('kernel'), { strides: stride, padding }), variable('bias')),
  },
  convTranspose2d: {
    variables({ channels, size, stride = 1 }, input) {
      const from = channelsOf(input);
      const taps = size * size;
      // The taps of a kernel fall on every stride-th row and column: an output is made from that share of them.
      const fans = { fanIn: (from * taps) / stride ** 2, fanOut: channels * taps };
      return [
        { role: 'kernel', shape: [from, channels, size, size], start: fans },
        { role: 'bias', shape: [channels], start: 0 },
      ];
    },
    apply({ stride = 1, padding = 0, outputPadding = 0 }, x, { variable }) {
      const spread = g.convTranspose2d(x, variable('kernel'), { strides: stride, padding, outputPadding });
      return withBias(spread, variable('bias'));
    },
  },
  maxPool2d: { apply: ({ size, stride = size }, x) => g.maxPool2d(x, { size, strides: stride }) },
  averagePool2d: { apply: ({ size, stride = size }, x) => g.averagePool2d(x, { size, strides: stride }) },
  batchNorm,
  groupNorm,
  dropout: {
    apply({ rate }, x, { mode, mask }) {
      if (!(rate >= 0 && rate < 1))
        throw new ReverieError('bad-usage', `its rate is ${rate}, and must be at least 0 and less than 1`);
      return mode === 'training' ? g.mul(x, mask(x, rate)) : x;
    },
  },
  embedding: {
    variables({ count, width }, input) {
      if (input.length > 0)
        throw new ReverieError('bad-shape', `needs one label a row: samples ${formatShape([])}, batches [batch]`);
      return [{ role: 'table', shape: [count, width], start: 'normal' }];
    },
    // As a product of a one-hot matrix, whose gradient is a product as well: tables of class labels are small.
    apply: ({ count }, x, { variable }) => g.matMul(g.oneHot(x, count), variable('table')),
  },
  activation: { apply: ({ activation }, x) => activations[activation](x) },
  flatten: { apply: (_, x) => g.reshape(x, [x.shape[0] ?? 1, sizeOf(x.shape.slice(1))]) },
  reshape: { apply: ({ shape }, x) => g.reshape(x, [x.shape[0] ?? 1, ...shape]) },
  transpose: { apply: ({ permutation }, x) => g.transpose(x, [0, ...permutation.map((axis) => axis + 1)]) },
};

/** What a layer of this kind does. */
export function rulesOf<K extends Kind>(
  layer: SingleLayersByKind[K] & { readonly kind: K },
): LayerRules<SingleLayersByKind[K]> {
  return layerRules[layer.kind];
}

function withBias(image: GraphNode, bias: GraphNode): GraphNode {
  return g.add(image, g.reshape(bias, [...bias.shape, 1, 1]));
}

function channelsOf(input: Shape): number {
  const [channels] = input;
  if (channels === undefined || input.length !== 3) {
    throw new ReverieError('bad-shape', 'needs images, [channels, height, width]; a reshape layer makes them');
  }
  return channels;
}
