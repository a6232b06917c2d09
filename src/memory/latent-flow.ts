import { rowsByLabel } from '../core/dataset.js';
import { z } from 'zod';
import { maxWidth } from '../engine/networks/size-limit.js';
import { ReverieError } from '../core/errors.js';
import type { RandomStream } from '../core/random.js';
import type { LabelledCodes } from '../core/sampler.js';
import { savedClasses } from '../core/saved-classes.js';
import { bytesOf, type Snapshot } from '../core/snapshot.js';
import type { TensorMap, Tensor } from '../core/tensor.js';
import type { Engine, Variables } from '../engine/engine.js';
import * as g from '../engine/graph/ops.js';
import { rowMeans, squaredError } from '../engine/losses.js';
import { initial } from '../engine/networks/initial.js';
import { forward, variables, infer, denseNetwork, type Network } from '../engine/networks/network.js';
import { Adam } from '../engine/optimisers/optimisers.js';
import { cosine } from '../engine/optimisers/schedules.js';
import { BatchedFunction } from '../engine/training/batched-function.js';
import { Trainer } from '../engine/training/trainer.js';
import { renamedOption } from './autoencoders/options.js';
import { classCodes, classCodeWidth, priorOfClasses } from './autoencoders/classes.js';
import type { GraphNode } from '../engine/graph/node.js';

export const latentFlowOptions = z.strictObject({
  hidden: z.array(z.int().min(1).max(maxWidth)).max(10).default([256, 256]).describe('Widths of its hidden layers.'),
  iterations: z.int().min(1).default(2000).describe('Optimiser steps when a task ends.'),
  batchSize: z.int().min(1).max(65_536).default(256),
  learningRate: z.number().positive().default(0.002).describe('At first; it falls to 0 along half a cosine.'),
  steps: z.int().min(1).max(1000).default(16).describe('Steps of Euler in which noise is carried to a code.'),
  jumps: renamedOption('"steps"'),
});
export type LatentFlowOptions = z.output<typeof latentFlowOptions>;

/** What is known of the flow between two tasks. */
interface Learnt {
  readonly classes: readonly number[];
  /** Parameters of the network, and the scale of codes. */
  readonly values: TensorMap;
}

/**
 * A small memory of codes: a network that carries noise to codes, class by class, so that walks can start from noise and
 * no statistics of codes are kept. A rectified flow (Liu, Gong and Liu 2023; Lipman et al. 2023): with x a code, n ~ N(0, I)
 * and t uniform in [0, 1],
 *
 *     L = E ‖v(xₜ, t, c) − (x − n)‖²,   xₜ = (1 − t)·n + t·x
 *
 * When a task ends it goes on learning, from codes of the task's samples and of dreams of what came before.
 */
export class LatentFlow {
  #learnt: Learnt | undefined;
  #drawing: { readonly draw: BatchedFunction; readonly values: Variables } | undefined;

  constructor(
    private readonly engine: Engine,
    private readonly codeWidth: number,
    private readonly options: LatentFlowOptions,
    /** Draws the first parameters, then batches. */
    private readonly random: RandomStream,
  ) {}

  /** Learns these codes, and forgets what it knew but for its parameters. @throws diverged */
  async learn(known: LabelledCodes): Promise<void> {
    const scale = scaleOf(known.codes, this.codeWidth);
    const network = await this.#train(known, scale);
    const classes = [...rowsByLabel(known.labels).keys()].sort((a, b) => a - b);
    this.#take({ classes, values: { ...network, ...scale } });
  }

  /** Class after class in a random order, each code carried from noise of its own: `count` rows. */
  async samplePrior(count: number, random: RandomStream): Promise<Float32Array> {
    if (this.#learnt === undefined || this.#drawing === undefined) {
      throw new Error('a prior was to be sampled before any codes were learnt');
    }
    const rows = priorOfClasses(this.#learnt.classes, this.codeWidth, count, random);
    return this.#drawing.draw.apply(rows, count, this.#drawing.values);
  }

  bytes(): number {
    return this.#learnt === undefined ? 0 : bytesOf({ json: null, tensors: this.#learnt.values });
  }

  save(): Snapshot {
    return { json: { classes: this.#learnt?.classes ?? [] }, tensors: this.#learnt?.values ?? {} };
  }

  /** @throws bad-checkpoint where `saved` lacks what {@link save} gave */
  restore(saved: Snapshot | undefined): void {
    const classes = savedClasses(saved?.json, "the saved flow of the memory's codes");
    if (classes.length > 0) this.#take({ classes, values: saved?.tensors ?? {} });
  }

  dispose(): void {
    this.#drawing?.draw.dispose();
    this.#drawing?.values.dispose();
    this.#drawing = undefined;
  }

  #take(learnt: Learnt): void {
    const { engine, codeWidth, options } = this;
    this.dispose();
    this.#learnt = learnt;
    this.#drawing = {
      draw: new BatchedFunction(engine, codeWidth + classCodeWidth, (rows) => flowed(rows, codeWidth, options)),
      values: engine.variables(learnt.values),
    };
  }

  async #train(known: LabelledCodes, scale: Scale): Promise<TensorMap> {
    const { engine, codeWidth, options, random } = this;
    const { iterations, batchSize, learningRate } = options;
    const network = flowNetwork(codeWidth, options.hidden);
    const drawn = initial(network, random).trainable;
    const before = this.#learnt?.values ?? {};
    const trainer = new Trainer({
      engine,
      parameters: Object.fromEntries(Object.entries(drawn).map(([name, value]) => [name, before[name] ?? value])),
      nodes: variables(network).trainable,
      optimiser: new Adam({ learningRate: cosine({ from: learningRate, steps: iterations + 1 }) }),
      objective: (batch) => {
        const input = g.concat(
          [
            g.feed('point', [batch, codeWidth]),
            g.feed('time', [batch, timeWidth]),
            g.feed('class', [batch, classCodeWidth]),
          ],
          1,
        );
        const velocity = forward(network, input, 'training').output;
        return { loss: g.mean(rowMeans(squaredError(velocity, g.feed('velocity', [batch, codeWidth])))) };
      },
    });
    const groups = [...rowsByLabel(known.labels).values()];
    try {
      for (let step = 1; step <= iterations; step++) {
        const { loss } = await trainer.step(batchSize, flowBatch(known, groups, scale, batchSize, random));
        if (!Number.isFinite(loss?.[0])) throw diverged(loss?.[0], step);
      }
      return trainer.parameters();
    } finally {
      trainer.dispose();
    }
  }
}

/**
 * Points on straight lines from noise to codes, each class as often as any other.
 *
 * @param groups rows of each class
 */
function flowBatch(
  { codes, labels }: LabelledCodes,
  groups: readonly (readonly number[])[],
  { 'flow/location': location, 'flow/scale': scale }: Scale,
  batch: number,
  random: RandomStream,
): Readonly<Record<'point' | 'time' | 'class' | 'velocity', Float32Array>> {
  const width = location.data.length;
  const point = new Float32Array(batch * width);
  const velocity = new Float32Array(batch * width);
  const time = new Float32Array(batch * timeWidth);
  const noise = new Float32Array(width);
  const drawn = new Int32Array(batch);
  for (let i = 0; i < batch; i++) {
    const rows = groups[random.integer(groups.length)] ?? [];
    const row = rows[random.integer(rows.length)] ?? 0;
    drawn[i] = labels[row] ?? -1;
    random.fillNormal(noise);
    const t = random.uniform();
    time.set(timeFeatures(t), i * timeWidth);
    for (let j = 0; j < width; j++) {
      const x = ((codes[row * width + j] ?? 0) - (location.data[j] ?? 0)) / (scale.data[j] ?? 1);
      const n = noise[j] ?? 0;
      point[i * width + j] = (1 - t) * n + t * x;
      velocity[i * width + j] = x - n;
    }
  }
  return { point, time, class: classCodes(drawn), velocity };
}

function diverged(loss: number | undefined, step: number): ReverieError {
  return new ReverieError(
    'diverged',
    `the loss of the flow of codes is ${loss} at its step ${step}, expected a finite number; try a smaller learningRate ` +
      "under the memory's options, its own or that of its flow",
  );
}

/** Waves that a network is given of the time, from half a period in [0, 1] on, each twice as fast as the one before. */
const waves = 4;

/** Values that stand for the time. */
export const timeWidth = 1 + 2 * waves;

/** t in [0, 1] as a network is given it: t, and its waves. */
export function timeFeatures(t: number): Float32Array {
  const features = new Float32Array(timeWidth);
  features[0] = t;
  for (let wave = 0; wave < waves; wave++) {
    features[1 + 2 * wave] = Math.sin(Math.PI * 2 ** wave * t);
    features[2 + 2 * wave] = Math.cos(Math.PI * 2 ** wave * t);
  }
  return features;
}

/** v: from a point, the time and a class to where the point moves. */
export function flowNetwork(codeWidth: number, hidden: readonly number[]): Network {
  return denseNetwork({
    name: 'flow',
    widths: [codeWidth + timeWidth + classCodeWidth, ...hidden, codeWidth],
    activation: 'relu',
  });
}

/** The last layer: brings what the flow ends at to the place and size of codes. */
export interface Scale {
  readonly 'flow/location': Tensor;
  readonly 'flow/scale': Tensor;
}

/** Mean and standard deviation of each value of these codes; 1 where a value is always the same. */
export function scaleOf(codes: Float32Array, width: number): Scale {
  const count = codes.length / width;
  const location = new Float32Array(width);
  const scale = new Float32Array(width);
  for (let j = 0; j < width; j++) {
    let [sum, squares] = [0, 0];
    for (let row = 0; row < count; row++) sum += codes[row * width + j] ?? 0;
    for (let row = 0; row < count; row++) squares += ((codes[row * width + j] ?? 0) - sum / count) ** 2;
    location[j] = sum / count;
    scale[j] = Math.sqrt(squares / count) || 1;
  }
  return { 'flow/location': { shape: [width], data: location }, 'flow/scale': { shape: [width], data: scale } };
}

/**
 * Codes of noise, by Euler's method: x₀ = n, xₖ₊₁ = xₖ + v(xₖ, k/K, c)/K; x_K, scaled, is the code.
 *
 * @param rows [batch, code + class]: noise, and the code of a class
 */
function flowed(
  rows: GraphNode,
  codeWidth: number,
  { hidden, steps }: { readonly hidden: readonly number[]; readonly steps: number },
): GraphNode {
  const [batch = 0] = rows.shape;
  const network = flowNetwork(codeWidth, hidden);
  const classes = g.slice(rows, [0, codeWidth], [batch, classCodeWidth]);
  let x = g.slice(rows, [0, 0], [batch, codeWidth]);
  for (let step = 0; step < steps; step++) {
    const time = g.broadcastTo(g.constant(timeFeatures(step / steps), [1, timeWidth]), [batch, timeWidth]);
    const velocity = infer(network, g.concat([x, time, classes], 1));
    x = g.add(x, g.mul(velocity, g.constant(1 / steps)));
  }
  return g.add(g.mul(x, g.variable('flow/scale', [codeWidth])), g.variable('flow/location', [codeWidth]));
}
