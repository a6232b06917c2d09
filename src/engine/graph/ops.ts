/** Everything that a graph can be built from. */
export * from './ops/leaves.js';
export * from './ops/elementwise.js';
export * from './ops/matrix.js';
export * from './ops/reductions.js';
export * from './ops/layout.js';
export * from './ops/convolution.js';
export * from './ops/pooling.js';
