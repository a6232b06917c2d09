import { savedClasses } from '../core/saved-classes.js';
import type { Snapshot } from '../core/snapshot.js';
import type { Teacher } from '../core/teacher.js';
import type { TensorMap } from '../core/tensor.js';
import type { TrainedFunction } from '../core/trained-function.js';
import type { Engine } from '../engine/engine.js';
import { feed } from '../engine/graph/ops.js';
import { BatchedFunction } from '../engine/training/batched-function.js';
import { classProbabilities, type ClassLoss } from './class-losses.js';
import type { ModelNetwork } from './model-graph.js';

/** A frozen model, as a teacher that can be saved. The one who holds it disposes it. */
export interface FrozenModel extends Teacher {
  /** Logits of all outputs, `count` rows: of classes as {@link label} gives them, then of outputs that no class had. */
  outputs(features: Float32Array, count: number): Promise<Float32Array>;
  save(): Snapshot;
}

/** What of a model's options its frozen forms depend on. */
interface FrozenOptions {
  readonly width: number;
  readonly loss: ClassLoss;
}

/**
 * A teacher with the parameters and classes of a snapshot.
 *
 * @param network for so many classes
 * @throws ReverieError `bad-checkpoint` where the snapshot has no classes
 */
export function frozenModel(
  engine: Engine,
  { width, loss }: FrozenOptions,
  network: (classes: number) => ModelNetwork,
  { json, tensors }: Snapshot,
): FrozenModel {
  const classes = savedClasses(json, "a teacher's saved state");
  const values = engine.variables(tensors);
  const logits = new BatchedFunction(engine, width, (x) => network(classes.length).logits(x));
  const outputs = new BatchedFunction(engine, width, (x) => network(classes.length).graph(x).outputs);
  return {
    classes,
    probabilities: loss === 'binary-cross-entropy' ? 'sigmoid' : 'softmax',
    label: (features, count) => logits.apply(features, count, values),
    outputs: (features, count) => outputs.apply(features, count, values),
    bytes: () => Object.values(values.readAll()).reduce((sum, { data }) => sum + data.byteLength, 0),
    save: () => ({ json: { classes }, tensors: values.readAll() }),
    dispose: () => {
      logits.dispose();
      outputs.dispose();
      values.dispose();
    },
  };
}

/** A classifier with these parameters, for use without reverie. */
export function classifierFunction(
  { width, loss }: FrozenOptions,
  network: ModelNetwork,
  classes: readonly number[],
  parameters: TensorMap,
): TrainedFunction {
  return {
    name: 'classifier',
    summary: 'Tells which of all classes met so far a sample is of.',
    inputs: { x: 'Samples, one a row, their values as the learner saw them.' },
    sampleInputs: ['x'],
    outputs: {
      logits: 'A column for each class; the largest one is the prediction.',
      probabilities:
        loss === 'binary-cross-entropy'
          ? 'Sigmoid of the logits, each class by itself: they need not sum to 1.'
          : 'Softmax of the logits.',
    },
    classes,
    parameters,
    graph: (rows) => {
      const logits = network.logits(feed('x', [rows, width]));
      return { logits, probabilities: classProbabilities(loss, logits) };
    },
  };
}
