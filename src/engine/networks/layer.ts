import type { Shape } from '../../core/tensor.js';
import type { Activation } from './activations.js';

/**
 * A layer as plain data. What is written of shapes is for one sample; every layer keeps the batch axis before it. Images
 * are [channels, height, width], kernels and windows square.
 */
export type Layer = SingleLayer | Residual | Tap;
export type LayerKind = Layer['kind'];

/** A layer that stands for itself; the others are made of layers, or give a name to what comes out of one. */
export type SingleLayer =
  | Dense
  | Conv2d
  | ConvTranspose2d
  | MaxPool2d
  | AveragePool2d
  | BatchNorm
  | GroupNorm
  | Dropout
  | Embedding
  | ActivationLayer
  | Flatten
  | Reshape
  | Transpose;

export type SingleLayersByKind = { readonly [L in SingleLayer as L['kind']]: L };

/**
 * x + f(x), f being `layers` one after the other (He et al. 2016): [a, b, …] → the same shape. Where f changes the shape,
 * `shortcut` brings x to it as well: s(x) + f(x), e.g. a convolution of size 1 with the stride of f.
 */
export interface Residual {
  readonly kind: 'residual';
  readonly layers: readonly Layer[];
  /** None by default. */
  readonly shortcut?: readonly Layer[];
}

/** Passes values on as they are, and gives them as a second output of this name: `forward(…).taps[name]`. */
export interface Tap {
  readonly kind: 'tap';
  readonly name: string;
}

/**
 * x·W + b: [n] → [units]. Variables: kernel [n, units], bias [units]; where W is another layer's kernel transposed, the
 * bias alone.
 */
export interface Dense {
  readonly kind: 'dense';
  readonly units: number;
  /** Name of the variable [units, n] whose transpose W is, e.g. `encoder/0/kernel`; a kernel of its own by default. */
  readonly transposeOf?: string;
}

/**
 * Cross-correlation, as everywhere in the field called convolution: [c, h, w] → [channels, h′, w′] with
 * h′ = ⌊(h + 2·padding − size) / stride⌋ + 1. Variables: kernel [channels, c, size, size], bias [channels].
 */
export interface Conv2d {
  readonly kind: 'conv2d';
  readonly channels: number;
  readonly size: number;
  /** 1 by default. */
  readonly stride?: number;
  /** Zeros put around the image; 0 by default. */
  readonly padding?: number;
}

/**
 * The adjoint of a convolution, which spreads each value: [c, h, w] → [channels, h′, w′] with
 * h′ = (h − 1)·stride − 2·padding + size + outputPadding. Variables: kernel [c, channels, size, size], bias [channels].
 */
export interface ConvTranspose2d {
  readonly kind: 'convTranspose2d';
  readonly channels: number;
  readonly size: number;
  /** 1 by default. */
  readonly stride?: number;
  /** Taken off all around the result; 0 by default. */
  readonly padding?: number;
  /**
   * Added at bottom and right, less than the stride: distinguishes the sizes that a stride maps to one. One number, or one
   * for the height and one for the width; 0 by default.
   */
  readonly outputPadding?: number | readonly [number, number];
}

/** The largest value of each window: [c, h, w] → [c, ⌊(h − size) / stride⌋ + 1, …]. */
export interface MaxPool2d {
  readonly kind: 'maxPool2d';
  readonly size: number;
  /** As large as the window by default. */
  readonly stride?: number;
}

/** The mean of each window; shapes as in {@link MaxPool2d}. */
export interface AveragePool2d {
  readonly kind: 'averagePool2d';
  readonly size: number;
  /** As large as the window by default. */
  readonly stride?: number;
}

/**
 * Batch normalisation (Ioffe & Szegedy 2015) of each channel, which is the first axis of a sample, [n] or [c, h, w]:
 * γ·(x − μ)/√(σ² + ε) + β. In training μ and σ² are the batch's own (σ² with divisor N), and the running ones move
 * towards them, r ← (1 − momentum)·r + momentum·s, s being the batch's mean and its unbiased variance (divisor N − 1), as
 * in PyTorch. In inference the running ones are used. Variables, all [channels]: scale γ and shift β, which are trained,
 * runningMean and runningVariance, which are not.
 */
export interface BatchNorm {
  readonly kind: 'batchNorm';
  /** 0.1 by default. */
  readonly momentum?: number;
  /** 1e-5 by default. */
  readonly epsilon?: number;
}

/**
 * Group normalisation (Wu & He 2018, equations 2 to 7): of the channels of a sample, [n] or [c, h, w], in `groups` of
 * c / groups channels next to each other: γ·(x − μ)/√(σ² + ε) + β, μ and σ² (divisor N) being of one sample and group, in
 * training and inference alike. One group is layer normalisation. Variables, both [channels]: scale γ and shift β.
 */
export interface GroupNorm {
  readonly kind: 'groupNorm';
  readonly groups: number;
  /** 1e-5 by default. */
  readonly epsilon?: number;
}

/**
 * Sets each value to 0 with probability `rate` in training, and scales the others by 1/(1 − rate) (Srivastava et al.
 * 2014, "inverted"); nothing in inference. The mask is a feed: see `dropoutFeeds`.
 */
export interface Dropout {
  readonly kind: 'dropout';
  /** In [0, 1). */
  readonly rate: number;
}

/** A row of a table for each label, 0 … count − 1: [] → [width], labels coming in as numbers. Variable: table [count, width]. */
export interface Embedding {
  readonly kind: 'embedding';
  readonly count: number;
  readonly width: number;
}

/** An activation function, value by value. */
export interface ActivationLayer {
  readonly kind: 'activation';
  readonly activation: Activation;
}

/** [a, b, …] → [a·b·…]. */
export interface Flatten {
  readonly kind: 'flatten';
}

/** Axes in another order, e.g. [height, width, channels] → [channels, height, width] by [2, 0, 1]. */
export interface Transpose {
  readonly kind: 'transpose';
  /** Axis i of the result is axis `permutation[i]` of a sample. */
  readonly permutation: readonly number[];
}

/** The same values in another shape of the same size. */
export interface Reshape {
  readonly kind: 'reshape';
  readonly shape: Shape;
}
