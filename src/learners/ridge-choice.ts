import { labelsOf, rowsByLabel, type Samples } from '../core/dataset.js';
import { isRecord, type Snapshot } from '../core/snapshot.js';
import type { Stateful } from './define-learner.js';
import { linearLogits } from './linear-classifier.js';
import type { RandomFeatures } from './random-features.js';
import { RidgeStatistics } from './ridge-statistics.js';

/** What is chosen among: 1e-8, 1e-7, … 1e8. */
const grid = Array.from({ length: 17 }, (_, i) => 10 ** (i - 8));

/** Of each class every fifth row is held out. */
const heldOut = 5;

/** Rows whose features are taken at once. */
const chunk = 512;

/** λ as it is given, or as it was last chosen; 1 until then. */
export class RidgeChoice implements Stateful {
  #ridge: number;

  constructor(readonly option: number | 'validation') {
    this.#ridge = option === 'validation' ? 1 : option;
  }

  get ridge(): number {
    return this.#ridge;
  }

  /**
   * Takes the λ of 1e-8 … 1e8 with the least mean squared error on a fifth of the task's own rows, solved for the others
   * (as in the code of RanPAC, McDonnell et al. 2023, which takes the last fifth, of whatever classes). Nothing of other tasks and
   * nothing of test samples is looked at. As much work as counting the task again, and 17 solutions.
   */
  async choose(features: RandomFeatures, width: number, samples: Samples): Promise<void> {
    const [fitted, held]: [number[], number[]] = [[], []];
    for (const rows of rowsByLabel(labelsOf(samples)).values())
      rows.forEach((row, i) => (i % heldOut === heldOut - 1 ? held : fitted).push(row));
    if (held.length === 0) return;
    const statistics = new RidgeStatistics(width);
    for (const part of chunks(fitted)) statistics.add(await featuresOf(features, samples, part), labels(samples, part));
    let least = Infinity;
    for (const ridge of grid) {
      const classifier = statistics.trySolving(ridge);
      if (classifier === undefined) continue;
      let error = 0;
      for (const part of chunks(held)) {
        const logits = linearLogits(classifier, await featuresOf(features, samples, part), part.length);
        error += squaredError(logits, labels(samples, part), statistics.classes);
      }
      if (error >= least) continue;
      least = error;
      this.#ridge = ridge;
    }
  }

  save(): Snapshot {
    return { json: { ridge: this.#ridge }, tensors: {} };
  }

  restore({ json }: Snapshot): void {
    const ridge = isRecord(json) ? json['ridge'] : undefined;
    if (typeof ridge === 'number') this.#ridge = ridge;
  }
}

/** Σ (logit − y)², y the one-hot row of the label. */
function squaredError(logits: Float32Array, labels: Int32Array, classes: readonly number[]): number {
  return logits.reduce((sum, logit, i) => {
    const target = labels[Math.floor(i / classes.length)] === classes[i % classes.length] ? 1 : 0;
    return sum + (logit - target) ** 2;
  }, 0);
}

function featuresOf(features: RandomFeatures, samples: Samples, rows: readonly number[]): Promise<Float32Array> {
  const x = new Float32Array(rows.length * samples.width);
  samples.copyRows(rows, x);
  return features.apply(x, rows.length);
}

function labels(samples: Samples, rows: readonly number[]): Int32Array {
  return Int32Array.from(rows, (row) => samples.label(row));
}

function chunks(rows: readonly number[]): (readonly number[])[] {
  return Array.from({ length: Math.ceil(rows.length / chunk) }, (_, i) => rows.slice(i * chunk, (i + 1) * chunk));
}
