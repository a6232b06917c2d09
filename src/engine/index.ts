/** reverie/engine: graphs and their gradients, networks, losses and optimisers, and the engines that compute them. */

// What computes, and what it computes with
export type { Engine, EngineName, Feeds, Program, ProgramDefinition, Variables } from './engine.js';
export { selectEngine, type EngineChoice, type Selection } from './select.js';
export type { GraphNode } from './graph/node.js';
export * as graph from './graph/ops.js';
export { gradients } from './graph/gradients.js';
export { Adam, type AdamOptions } from './optimisers/optimisers.js';
export { clipByGlobalNorm, clipByValue, clipped, type Clipping } from './optimisers/optimiser.js';
export type { Optimiser, OptimiserGraph } from './optimisers/optimiser.js';
export { makeOptimiser, type OptimiserName, type OptimiserOptions } from './optimisers/optimisers.js';
export { Rmsprop, type RmspropOptions } from './optimisers/optimisers.js';
export * as schedules from './optimisers/schedules.js';
export { Sgd, type SgdOptions } from './optimisers/optimisers.js';
export * as losses from './losses.js';
export type { Activation } from './networks/activations.js';
export { denseNetwork, type DenseWidths } from './networks/network.js';
export { initial, type NetworkValues } from './networks/initial.js';
export type { Layer, LayerKind } from './networks/layer.js';
export {
  dropoutFeeds,
  forward,
  infer,
  outputShape,
  variables,
  type Application,
  type Network,
  type NetworkVariables,
} from './networks/network.js';
export { BatchedFunction } from './training/batched-function.js';
export { Trainer, type Objective, type TrainerSetup } from './training/trainer.js';
export { randomStream, RandomStreams, type RandomStream } from '../core/random.js';
export { sizeOf, type Shape, type Tensor, type TensorMap } from '../core/tensor.js';
