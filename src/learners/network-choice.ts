import { z, type output } from 'zod';
import { ReverieError } from '../core/errors.js';
import { formatShape, sizeOf, type Shape } from '../core/tensor.js';
import { activations, type Activation } from '../engine/networks/activations.js';
import type { Layer } from '../engine/networks/layer.js';
import { denseNetwork, type Network } from '../engine/networks/network.js';
import { maxWidth } from '../engine/networks/size-limit.js';

const width = z.int().min(1).max(maxWidth);
const widths = z.array(width).max(10);
const activation = z
  .enum(Object.keys(activations) as [Activation, ...Activation[]])
  .default('relu')
  .describe('After each hidden layer.');

/** Widths of the hidden layers of a classifier that names neither them nor a network. */
export const defaultHidden: readonly number[] = [400, 400];

/** The networks of a classifier by name, each with its options. */
export const networkChoice = z.discriminatedUnion('name', [
  z
    .strictObject({
      name: z.literal('mlp'),
      options: z
        .strictObject({
          hidden: widths.default([...defaultHidden]).describe('Widths of the hidden layers.'),
          activation,
        })
        .prefault({}),
    })
    .describe('Fully connected layers, on samples of any shape.'),
  z
    .strictObject({
      name: z.literal('cnn'),
      options: z
        .strictObject({
          channels: z
            .array(width)
            .min(1)
            .max(6)
            .default([32, 64])
            .describe(
              'Channels of the convolutions, 3 × 3 each, with the largest value of each 2 × 2 window behind it.',
            ),
          hidden: widths.default([128]).describe('Widths of the fully connected layers behind them.'),
          activation,
        })
        .prefault({}),
    })
    .describe('Convolutions, then fully connected layers, on images.'),
  z
    .strictObject({
      name: z.literal('resnet-small'),
      options: z
        .strictObject({
          channels: z
            .array(width)
            .min(1)
            .max(4)
            .default([16, 32, 64])
            .describe('Channels of the stages; each but the first halves height and width.'),
          blocks: z.int().min(1).max(10).default(1).describe('Residual blocks a stage, of two convolutions each.'),
        })
        .prefault({}),
    })
    .describe(
      'The residual network of He et al. 2016, section 4.2, with group norm in place of batch norm, on images.',
    ),
]);

export type NetworkChoice = output<typeof networkChoice>;

/**
 * The network that is chosen, with a linear head of an output for each class as its last layer.
 *
 * @param shape of one sample, whose values come as one row; images are [height, width, channels]
 * @throws ReverieError `bad-scenario` where it is for images and samples are none, or too small ones
 */
export function chosenNetwork({ name, options }: NetworkChoice, shape: Shape, classes: number): Network {
  const values = sizeOf(shape);
  if (name === 'mlp') {
    const of = [values, ...options.hidden, classes];
    return denseNetwork({ name: 'classifier', widths: of, activation: options.activation });
  }
  const [height = 0, across = 0, channels] = shape;
  const halvings = name === 'cnn' ? options.channels.length : options.channels.length - 1;
  if (shape.length !== 3 || channels === undefined || Math.min(height, across) < 2 ** halvings) {
    throw new ReverieError(
      'bad-scenario',
      `network "${name}" halves images ${halvings} times, samples have the shape ${formatShape(shape)}; expected [height, width, ` +
        `channels] of at least ${2 ** halvings} × ${2 ** halvings}; give fewer channels, or network: { name: mlp }`,
    );
  }
  const layers = name === 'cnn' ? convolutions(options) : residualStages(options, Math.min(height, across));
  return {
    name: 'classifier',
    input: [values],
    layers: [
      { kind: 'reshape', shape },
      { kind: 'transpose', permutation: [2, 0, 1] },
      ...layers,
      { kind: 'dense', units: classes },
    ],
  };
}

type OptionsOf<N extends NetworkChoice['name']> = Extract<NetworkChoice, { readonly name: N }>['options'];

function convolutions({ channels, hidden, activation: kind }: OptionsOf<'cnn'>): Layer[] {
  const after: Layer = { kind: 'activation', activation: kind };
  return [
    ...channels.flatMap((count): Layer[] => [conv(count), after, { kind: 'maxPool2d', size: 2 }]),
    { kind: 'flatten' },
    ...hidden.flatMap((units): Layer[] => [{ kind: 'dense', units }, after]),
  ];
}

function residualStages({ channels, blocks }: OptionsOf<'resnet-small'>, side: number): Layer[] {
  const [first = 1] = channels;
  const stages = channels.flatMap((count, stage) =>
    Array.from({ length: blocks }, (_, block) => residualBlock(count, stage > 0 && block === 0)),
  );
  return [
    ...normalised(conv(first), first),
    relu,
    ...stages.flat(),
    // As ⌈side / 2⌉ a stage: a convolution of size 3 and stride 2 with a border keeps the odd one.
    { kind: 'averagePool2d', size: Math.ceil(side / 2 ** (channels.length - 1)) },
    { kind: 'flatten' },
  ];
}

/** relu(s(x) + f(x)); a block that halves has a convolution of size 1 as its shortcut (option B of the paper). */
function residualBlock(count: number, halves: boolean): Layer[] {
  const stride = halves ? 2 : 1;
  const layers = [...normalised(conv(count, 3, stride), count), relu, ...normalised(conv(count), count)];
  return [{ kind: 'residual', layers, ...(halves ? { shortcut: [conv(count, 1, stride)] } : {}) }, relu];
}

/** In up to eight groups (Wu & He 2018): nothing in it depends on the batch, nor on the task that a batch is of. */
function normalised(layer: Layer, count: number): Layer[] {
  const groups = Array.from({ length: 8 }, (_, i) => 8 - i).find((some) => count % some === 0 && some < count) ?? 1;
  return [layer, { kind: 'groupNorm', groups }];
}

function conv(channels: number, size = 3, stride = 1): Layer {
  return { kind: 'conv2d', channels, size, stride, padding: (size - 1) / 2 };
}

const relu: Layer = { kind: 'activation', activation: 'relu' };

/**
 * The network of a classifier by its two options: fully connected layers of the widths `hidden`, unless a network is chosen.
 *
 * @throws ReverieError `bad-usage` where both are given; as {@link chosenNetwork}
 */
export function classifierNetwork(
  { hidden, network }: { readonly hidden: readonly number[]; readonly network?: NetworkChoice | undefined },
  shape: Shape,
  outputs: number,
): Network {
  if (network === undefined) {
    return chosenNetwork({ name: 'mlp', options: { hidden: [...hidden], activation: 'relu' } }, shape, outputs);
  }
  // With its default filled in, hidden looks the same whether or not it was given.
  if (String(hidden) === String(defaultHidden)) return chosenNetwork(network, shape, outputs);
  throw new ReverieError(
    'bad-usage',
    `hidden [${hidden.join(', ')}] and network "${network.name}" are both given; take hidden out, or put it into the options ` +
      'of the network',
  );
}
