import type { RandomStream } from '../../core/random.js';
import { sizeOf, type Tensor, type TensorMap } from '../../core/tensor.js';
import type { Fans } from './layers/rules.js';
import { evalShape, type Network } from './network.js';
import { checkSize } from './size-limit.js';

/** Values for a network's variables, in the order of `variables`. */
export interface NetworkValues {
  readonly trainable: TensorMap;
  readonly statistics: TensorMap;
}

/** How kernels are drawn: `auto` as the layer behind them asks for, the others all of them in one way. */
export const initialisations = ['auto', 'he', 'xavier'] as const;
export type Initialisation = (typeof initialisations)[number];

/**
 * First values: kernels uniform in ±√(6/fanIn) where a rectifier follows (`he`: He et al. 2015), in ±√(6/(fanIn +
 * fanOut)) elsewhere (`xavier`: Glorot & Bengio 2010); embeddings N(0, 1); biases and shifts 0, scales 1; running means
 * 0, variances 1. Draws are taken layer by layer.
 */
export function initial(
  network: Network,
  random: RandomStream,
  initialisation: Initialisation = 'auto',
): NetworkValues {
  checkSize(network);
  const trainable: Record<string, Tensor> = {};
  const statistics: Record<string, Tensor> = {};
  for (const { node, rule, beforeRectifier } of evalShape(network, 1, 'inference').variables) {
    const { name, shape } = node;
    const { start, statistic = false } = rule;
    const data = new Float32Array(sizeOf(shape));
    if (typeof start === 'number') data.fill(start);
    else if (start === 'normal') random.fillNormal(data);
    else fillUniform(data, limitOf(start, initialisation, beforeRectifier), random);
    (statistic ? statistics : trainable)[name] = { shape, data };
  }
  return { trainable, statistics };
}

function limitOf({ fanIn, fanOut }: Fans, initialisation: Initialisation, beforeRectifier: boolean): number {
  const he = initialisation === 'auto' ? beforeRectifier : initialisation === 'he';
  return Math.sqrt(6 / (he ? fanIn : fanIn + fanOut));
}

/** Uniform in ±limit. */
function fillUniform(data: Float32Array, limit: number, random: RandomStream): void {
  for (let i = 0; i < data.length; i++) data[i] = (2 * random.uniform() - 1) * limit;
}

/**
 * `after`, the values of a network with a wider head, with what the narrower network `before` knew: layers of the same
 * shape whole, the head column by column, its first columns. What only one of them has stays as it is in `after`.
 */
export function transferGrownHead(before: TensorMap, after: TensorMap): TensorMap {
  return Object.fromEntries(
    Object.entries(after).map(([name, tensor]) => {
      const known = before[name];
      return [name, known === undefined ? tensor : widened(known, tensor)];
    }),
  );
}

function widened(before: Tensor, after: Tensor): Tensor {
  const [columnsBefore, columnsAfter] = [before.shape.at(-1) ?? 1, after.shape.at(-1) ?? 1];
  const data = after.data.slice();
  for (let row = 0; row * columnsBefore < before.data.length; row++) {
    data.set(before.data.subarray(row * columnsBefore, (row + 1) * columnsBefore), row * columnsAfter);
  }
  return { shape: after.shape, data };
}
