import { arraySamples } from '../../src/core/array-samples.js';
import type { Samples } from '../../src/core/dataset.js';
import { randomStream } from '../../src/core/random.js';
import type { ModelOptions } from '../../src/learners/model-options.js';
import { Model } from '../../src/learners/model.js';
import type { StepRules } from '../../src/learners/step-rules.js';
import { engineForTest } from '../engine/engines-under-test.js';

/**
 * A classifier without hidden layer on samples of one value, z_c = w_c·x + b_c, small enough for sums by hand.
 *
 * @param kernel w, one a class
 * @param bias b
 */
export async function linearModel(
  kernel: readonly number[],
  bias: readonly number[],
  options: Partial<ModelOptions> = {},
  rules: StepRules = {},
): Promise<Model> {
  const classes = [...kernel.keys()];
  const all = { width: 1, hidden: [], learningRate: 0.1, loss: 'cross-entropy', ...options } as const;
  const model = new Model(await engineForTest(), all, randomStream(1), () => rules);
  model.begin({ classes, newClasses: classes }, 1);
  const { json, tensors } = model.save();
  const of = (name: string, values: readonly number[]) => {
    const key = `network/classifier/0/${name}`;
    return { [key]: { shape: tensors[key]?.shape ?? [], data: Float32Array.from(values) } };
  };
  model.restore({ json, tensors: { ...tensors, ...of('kernel', kernel), ...of('bias', bias) } });
  return model;
}

/** Samples of one value. */
export function valuesWithLabels(...rows: readonly (readonly [value: number, label: number])[]): Samples {
  return arraySamples({
    features: Float32Array.from(rows, ([value]) => value),
    labels: Int32Array.from(rows, ([, label]) => label),
    shape: [1],
  });
}
