import { ReverieError } from '../../../core/errors.js';
import type { Shape } from '../../../core/tensor.js';
import type { GraphNode } from '../../graph/node.js';
import * as g from '../../graph/ops.js';
import type { Conv2d, ConvTranspose2d } from '../layer.js';
import type { LayerRules } from './rules.js';

export const conv2d: LayerRules<Conv2d> = {
  variables({ channels, size }, input) {
    const from = channelsOf(input);
    const taps = size * size;
    return [
      { role: 'kernel', shape: [channels, from, size, size], start: { fanIn: from * taps, fanOut: channels * taps } },
      { role: 'bias', shape: [channels], start: 0 },
    ];
  },
  apply({ stride = 1, padding = 0 }, x, { variable }) {
    return withBias(g.conv2d(x, variable('kernel'), { strides: stride, padding }), variable('bias'));
  },
};

export const convTranspose2d: LayerRules<ConvTranspose2d> = {
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
};

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
