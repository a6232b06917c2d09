import { ReverieError } from '../../../core/errors.js';
import { formatShape, sizeOf, type Shape } from '../../../core/tensor.js';
import type { GraphNode } from '../../graph/node.js';
import { add, constant, div, mul, reshape, sqrt, square, sub, sum } from '../../graph/ops.js';
import type { BatchNorm, GroupNorm } from '../layer.js';
import type { ApplyContext, LayerRules, VariableRule } from './rules.js';

interface Statistics {
  readonly mean: GraphNode;
  readonly variance: GraphNode;
}

export const batchNorm: LayerRules<BatchNorm> = {
  variables({ momentum = 0.1, epsilon = 1e-5 }, [channels]) {
    if (!(momentum >= 0 && momentum <= 1))
      throw new ReverieError('bad-shape', `its momentum is ${momentum}, and must be in [0, 1]`);
    const affine = scaleAndShift(channels, epsilon);
    const shape = affine[0]?.shape ?? [];
    return [
      ...affine,
      { role: 'runningMean', shape, start: 0, statistic: true },
      { role: 'runningVariance', shape, start: 1, statistic: true },
    ];
  },
  apply({ momentum = 0.1, epsilon = 1e-5 }, x, context) {
    const { mode, variable } = context;
    const { mean, variance } =
      mode === 'training'
        ? batchStatistics(x, momentum, context)
        : { mean: variable('runningMean'), variance: variable('runningVariance') };
    const acrossChannels = (values: GraphNode): GraphNode => reshape(values, channelsOf(x.shape));
    // γ/√(σ² + ε) is worked out on [channels], so that only two passes go over the whole of x.
    const factor = div(variable('scale'), sqrt(add(variance, constant(epsilon))));
    return add(mul(sub(x, acrossChannels(mean)), acrossChannels(factor)), acrossChannels(variable('shift')));
  },
};

export const groupNorm: LayerRules<GroupNorm> = {
  variables({ groups, epsilon = 1e-5 }, input) {
    const [channels = 0] = input;
    const rules = scaleAndShift(input[0], epsilon);
    if (!(groups >= 1 && channels % groups === 0)) {
      throw new ReverieError('bad-shape', `${channels} channels do not make ${groups} groups of the same size`);
    }
    if (sizeOf(input) === groups) {
      throw new ReverieError('bad-shape', `its groups have one value each, and no variance; give fewer than ${groups}`);
    }
    return rules;
  },
  apply({ groups, epsilon = 1e-5 }, x, { variable }) {
    const [batch = 1, ...sample] = x.shape;
    const size = sizeOf(sample) / groups;
    const meanOfGroups = (values: GraphNode): GraphNode =>
      reshape(mul(sum(values, [2]), constant(1 / size)), [batch, groups, 1]);
    const grouped = reshape(x, [batch, groups, size]);
    const centred = sub(grouped, meanOfGroups(grouped));
    const deviation = sqrt(add(meanOfGroups(square(centred)), constant(epsilon)));
    const normal = reshape(div(centred, deviation), x.shape);
    const acrossChannels = (role: string): GraphNode => reshape(variable(role), channelsOf(x.shape));
    return add(mul(normal, acrossChannels('scale')), acrossChannels('shift'));
  },
};

/** γ and β of each channel. */
function scaleAndShift(channels: number | undefined, epsilon: number): readonly VariableRule[] {
  if (channels === undefined)
    throw new ReverieError('bad-shape', 'needs channels, the first axis of [n] or [channels, height, width]');
  if (!(epsilon > 0)) throw new ReverieError('bad-shape', `its epsilon is ${epsilon}, and must be greater than 0`);
  return [
    { role: 'scale', shape: [channels], start: 1 },
    { role: 'shift', shape: [channels], start: 0 },
  ];
}

/** μ and σ² of each channel over batch and positions; has the running ones move towards them. */
function batchStatistics(x: GraphNode, momentum: number, { variable, update }: ApplyContext): Statistics {
  const count = sizeOf(x.shape) / (x.shape[1] ?? 1);
  if (count < 2) {
    throw new ReverieError(
      'bad-shape',
      `a batch ${formatShape(x.shape)} has one value a channel, and no variance; train on more rows`,
    );
  }
  const axes = x.shape.flatMap((_, axis) => (axis === 1 ? [] : [axis]));
  const mean = mul(sum(x, axes), constant(1 / count));
  const squares = sum(square(sub(x, reshape(mean, channelsOf(x.shape)))), axes);
  const towards = (role: string, batch: GraphNode): void => {
    update(role, add(mul(variable(role), constant(1 - momentum)), mul(batch, constant(momentum))));
  };
  towards('runningMean', mean);
  towards('runningVariance', mul(squares, constant(1 / (count - 1))));
  return { mean, variance: mul(squares, constant(1 / count)) };
}

/** The shape in which one value a channel is broadcast over a batch of shape [batch, channels, …]. */
function channelsOf(shape: Shape): Shape {
  return shape.slice(1).map((extent, axis) => (axis === 0 ? extent : 1));
}
