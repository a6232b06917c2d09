import { z } from 'zod';
import { ReverieError } from '../core/errors.js';
import type { Snapshot } from '../core/snapshot.js';
import type { TensorMap } from '../core/tensor.js';
import { defineLearner } from './define-learner.js';
import { modelOptions } from './model-options.js';
import { importanceOfPath, pathIntegral, paths } from './path-integral.js';
import { penalised } from './penalised.js';

/**
 * Synaptic intelligence (Zenke, Poole & Ganguli 2017, "Continual learning through synaptic intelligence", equations 3 to 5):
 *
 *     L = CE + c·Σ_i Ω_i·(θ_i − θ*_i)²
 *     ω_i = Σ_steps −g_i·Δθ_i                          over the steps of an experience
 *     Ω_i ← max(0, Ω_i + ω_i/((θ_i − θ^0_i)² + ξ))     after it, θ^0 the parameters before its first step
 *
 * g is the gradient of the cross-entropy alone, and Ω is held at 0 or above, as in the code of the authors. Steps are summed in the
 * graph of the training step.
 *
 * Keeps parameters and Ω: two networks' bytes; while it learns, ω and θ^0 as well. No pass over the data.
 */
export const si = defineLearner({
  summary: 'Holds parameters by how much they did for the loss while they were learnt (synaptic intelligence).',
  options: z.strictObject({
    ...modelOptions,
    c: z.number().min(0).default(5000).describe('c: weight of the penalty.'),
    xi: z.number().positive().default(0.1).describe('ξ: keeps importances of parameters that hardly moved finite.'),
    path: z
      .enum(paths)
      .default('task-loss')
      .describe(
        'Whose gradient the path integral is of: the loss on the samples of the task, as by the authors, or that with its penalty.',
      ),
    negative: z
      .enum(['clipped', 'kept'])
      .default('clipped')
      .describe(
        'What becomes of importances below 0, which push parameters away: 0, as by the authors, or what they are.',
      ),
  }),
  create({ c, xi, path, negative, ...options }, context) {
    const start = new Start();
    const strategy = penalised(context, {
      options,
      weight: c,
      rules: pathIntegral(path),
      consolidate(model, anchors) {
        const values = model.parameters();
        const importance = importanceOfPath(model.statistics(), start.take(), values, xi);
        const least = negative === 'clipped' ? 0 : -Infinity;
        anchors.accumulate({ values, importance }, (before, added) => Math.max(least, before + added));
      },
    });
    const { model } = strategy;
    return {
      ...strategy,
      state: { start, ...strategy.state },
      before: (experience, iterations) => {
        model.begin(experience, iterations);
        start.values = model.parameters();
      },
    };
  },
});

/** The parameters at the beginning of the experience at hand, as part of a checkpoint. */
class Start {
  values: TensorMap | undefined;

  /** They are needed until the experience is over, and no longer. */
  take(): TensorMap {
    const values = this.values;
    if (values === undefined) {
      throw new ReverieError('learner-failed', 'synaptic intelligence has no parameters of before the task');
    }
    this.values = undefined;
    return values;
  }

  save(): Snapshot {
    return { json: {}, tensors: this.values ?? {} };
  }

  restore({ tensors }: Snapshot): void {
    this.values = Object.keys(tensors).length === 0 ? undefined : tensors;
  }
}
