import { z, type output } from 'zod';
import { ReverieError } from '../core/errors.js';
import { randomStream, type RandomState, type RandomStream } from '../core/random.js';
import { isRecord, type Snapshot } from '../core/snapshot.js';
import { formatShape, sizeOf, type Shape, type TensorMap } from '../core/tensor.js';
import type { Engine, Variables } from '../engine/engine.js';
import { cosine } from '../engine/graph/cosine.js';
import type { GraphNode } from '../engine/graph/node.js';
import { add, constant, matMul, mul, relu, variable } from '../engine/graph/ops.js';
import { BatchedFunction } from '../engine/training/batched-function.js';
import type { Stateful } from './define-learner.js';

/** Default of `scale` for each kind. */
const defaultScales = { relu: 1, fourier: 3 } as const;

/** What a learner with {@link RandomFeatures} says of them, their number apart. */
export const featureOptions = {
  features: z
    .enum(['relu', 'fourier'])
    .default('relu')
    .describe('Of random projections of a sample: relu(w·x), or √2·cos(w·x + b) as of a Gaussian kernel.'),
  scale: z
    .number()
    .positive()
    .optional()
    .describe(
      's of w ~ N(0, s²/n), with n values of a sample in a projection; 1 for relu and 3 for fourier if not given.',
    ),
  patches: z
    .strictObject({ size: z.int().min(1).max(1024).describe('Height and width of a patch.') })
    .optional()
    .describe('Each feature looks at a square of the image, at a place drawn for it; at all of it if not given.'),
};

type FeatureOptions = output<z.ZodObject<typeof featureOptions>>;

/**
 * Random features of samples, φ(x) of so many values, that nothing trains:
 *
 * - `relu`: φ_j = max(0, w_j·x), as in RanPAC (McDonnell et al. 2023), there of features of a network;
 * - `fourier`: φ_j = √2·cos(w_j·x + b_j), b_j uniform in [0, 2π): φ(x)·φ(y)/D goes to exp(−s²·‖x − y‖²/2n) as D grows
 *   (Rahimi & Recht 2007, algorithm 1);
 *
 * w_j ~ N(0, s²/n) for n values of a sample, all of them or those of a square of k × k pixels with all channels, uniform among
 * those inside the image (receptive fields of McDonnell et al. 2015, PLoS ONE 10(8) e0134254, there of random sizes too).
 *
 * The matrices follow from the state of the random stream that drew them, which is all that is saved.
 */
export class RandomFeatures implements Stateful {
  readonly #function: BatchedFunction;
  readonly #variables: Variables;
  #drawnFrom: RandomState;

  /**
   * @param shape of a sample
   * @param count of features, D
   * @throws ReverieError `bad-scenario` for patches of what is no image, or one smaller than a patch
   */
  constructor(
    engine: Engine,
    private readonly shape: Shape,
    private readonly count: number,
    private readonly options: FeatureOptions,
    random: RandomStream,
  ) {
    checkPatches(shape, options);
    this.#drawnFrom = random.save();
    this.#variables = engine.variables(this.#draw(random));
    this.#function = new BatchedFunction(engine, sizeOf(shape), (x) => this.graph(x));
  }

  /** `rows` rows of features of as many samples. */
  apply(samples: Float32Array, rows: number): Promise<Float32Array> {
    return this.#function.apply(samples, rows, this.#variables);
  }

  /** φ(x) of x, [rows, values], with {@link parameters} as variables. */
  graph(x: GraphNode): GraphNode {
    const projected = matMul(x, variable('features/projection', [sizeOf(this.shape), this.count]));
    if (this.options.features === 'relu') return relu(projected);
    return mul(cosine(add(projected, variable('features/phase', [this.count]))), constant(Math.SQRT2));
  }

  parameters(): TensorMap {
    return this.#variables.readAll();
  }

  save(): Snapshot {
    return { json: { drawnFrom: this.#drawnFrom }, tensors: {} };
  }

  restore({ json }: Snapshot): void {
    const drawnFrom = isRecord(json) ? json['drawnFrom'] : undefined;
    if (!Array.isArray(drawnFrom) || !drawnFrom.every((value): value is number => typeof value === 'number')) {
      throw new ReverieError(
        'bad-checkpoint',
        'the saved random features do not say what they were drawn from; the checkpoint is not usable',
      );
    }
    const random = randomStream(0);
    random.restore(drawnFrom);
    this.#drawnFrom = drawnFrom;
    this.#variables.write(this.#draw(random));
  }

  dispose(): void {
    this.#function.dispose();
    this.#variables.dispose();
  }

  #draw(random: RandomStream): TensorMap {
    const { count, shape, options } = this;
    const { features, scale = defaultScales[features] } = options;
    const values = sizeOf(shape);
    const projection = new Float32Array(values * count);
    for (let j = 0; j < count; j++) {
      const field = this.#field(random);
      const weights = new Float32Array(field.length);
      random.fillNormal(weights);
      const deviation = scale / Math.sqrt(field.length);
      field.forEach((value, i) => (projection[value * count + j] = deviation * (weights[i] ?? 0)));
    }
    const projected = { 'features/projection': { shape: [values, count], data: projection } };
    if (features === 'relu') return projected;
    const phase = Float32Array.from({ length: count }, () => 2 * Math.PI * random.uniform());
    return { ...projected, 'features/phase': { shape: [count], data: phase } };
  }

  /** Which values of a sample a feature looks at. */
  #field(random: RandomStream): Uint32Array {
    const { patches } = this.options;
    if (patches === undefined) return Uint32Array.from({ length: sizeOf(this.shape) }, (_, i) => i);
    const [height = 1, width = 1, channels = 1] = this.shape;
    const { size } = patches;
    const top = random.integer(height - size + 1);
    const left = random.integer(width - size + 1);
    return Uint32Array.from({ length: size * size * channels }, (_, i) => {
      const pixel = Math.floor(i / channels);
      const place = (top + Math.floor(pixel / size)) * width + left + (pixel % size);
      return place * channels + (i % channels);
    });
  }
}

function checkPatches(shape: Shape, { patches }: FeatureOptions): void {
  if (patches === undefined) return;
  const [height = 0, width = 0] = shape;
  const { size } = patches;
  if (shape.length === 3 && size <= Math.min(height, width)) return;
  throw new ReverieError(
    'bad-scenario',
    `patches of ${size} × ${size} cannot be taken of samples of the shape ${formatShape(shape)}; expected images [height, ` +
      'width, channels] that are no smaller; leave patches out for features of whole samples',
  );
}
