/** Everything that a graph can be built from. */
export * from './ops/leaves.js';
export * from './ops/elementwise.js';
export * from './ops/matrix.js';
export * from './ops/reductions.js';
export * from './ops/layout.js';
export { conv2d, conv2dKernelGrad, convTranspose2d } from './ops/convolution.js';
export type { ConvolutionOptions, ConvTransposeOptions } from './ops/convolution.js';
export * from './ops/pooling.js';
