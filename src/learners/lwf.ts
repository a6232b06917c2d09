import { z } from 'zod';
import { ReverieError } from '../core/errors.js';
import { combine, part } from '../core/snapshot.js';
import { meanOf, realBatch } from './batches.js';
import { defineLearner, type Stateful } from './define-learner.js';
import { dreamScales } from './distillation.js';
import { distillation, teacherLogits } from './distillation-term.js';
import type { FrozenModel } from './frozen-model.js';
import { modelOptions } from './model-options.js';
import { Model } from './model.js';

/** Outputs that the softmaxes of the distillation are over. */
const distilled = ['old', 'all'] as const;

/**
 * Learning without forgetting (Li & Hoiem 2016, equations 2 to 4): what the network of the end of the last experience says of the
 * new samples is kept,
 *
 *     L = CE(new) + λ·H(softmax(z′/T), softmax(z/T)),    H(p, q) = −Σ_c p_c·log q_c
 *
 * z the logits, z′ those of the frozen network. With `distil: old` both softmaxes are over the classes that it knew, those of
 * each earlier task by itself with `outputs: task`, as in the paper; with `distil: all` over all outputs, those of the frozen network 0
 * where it had none (van de Ven et al. 2022). The warm-up of the new outputs alone, with which the paper begins a task, is left out.
 *
 * Keeps a network. Costs a forward pass of it at each step.
 */
export const lwf = defineLearner({
  summary: 'Keeps what its former self says of the new samples (learning without forgetting).',
  options: z.strictObject({
    ...modelOptions,
    lambda: z.number().min(0).default(1).describe('λ: weight of the distillation; that of the new labels is 1.'),
    temperature: z.number().min(1).default(2).describe('T, of both softmaxes of the distillation.'),
    scale: z
      .enum(dreamScales)
      .default('none')
      .describe('What else the distillation is multiplied by: nothing, or T², which keeps its gradient as T changes.'),
    distil: z
      .enum(distilled)
      .default('old')
      .describe('Outputs that the distillation is over: those of classes of earlier tasks, or all that there are.'),
  }),
  create({ lambda, temperature, scale, distil, ...options }, { engine, random, shape, width, classCount }) {
    checkSoftmax(distil, options);
    const weight = lambda * (scale === 'none' ? 1 : temperature ** 2);
    let teacher: FrozenModel | undefined;
    const model: Model = new Model(
      engine,
      { ...options, width, shape, classCount },
      random.stream('classifier'),
      () => {
        if (teacher === undefined) return {};
        const known = teacher.classes.length;
        const heads = model.heads.map((head) => head.filter((column) => column < known));
        const over = distil === 'all' ? undefined : heads.filter(({ length }) => length > 0);
        return { terms: [distillation({ known, over, temperature, weight, wide: options.outputs === 'all' })] };
      },
    );
    const remembered: Stateful = {
      save: () => combine(teacher === undefined ? {} : { teacher: teacher.save() }),
      restore(snapshot) {
        const saved = part(snapshot, 'teacher');
        teacher = saved && model.frozen(saved);
      },
    };
    return {
      // The teacher first: whether there is one decides how the model's step is built.
      state: { remembered, model },
      model,
      before: (experience, iterations) => {
        model.begin(experience, iterations);
      },
      async step({ samples, rows }) {
        const batch = realBatch(samples, rows, model.classes);
        const feeds = teacher && { [teacherLogits]: await teacher.outputs(batch.features, batch.count) };
        const { rowLosses, terms } = await model.step(batch, feeds);
        return { new: meanOf(rowLosses), ...terms };
      },
      // eslint-disable-next-line @typescript-eslint/require-await -- nothing to wait for, nothing to report
      async *after() {
        teacher?.dispose();
        teacher = model.freeze();
      },
      footprint: () => ({ memoryBytes: teacher?.bytes() ?? 0, statisticsBytes: 0, storedSamples: 0 }),
      dispose: () => {
        teacher?.dispose();
        model.dispose();
      },
    };
  },
});

/** @throws ReverieError `bad-usage` where there is no such softmax */
function checkSoftmax(distil: string, { loss, outputs }: { readonly loss: string; readonly outputs: string }): void {
  const without = (what: string): ReverieError => new ReverieError('bad-usage', `learner "lwf": ${what}`);
  if (loss === 'binary-cross-entropy') {
    throw without('it distils a softmax, and loss: binary-cross-entropy has none; give loss: cross-entropy');
  }
  if (distil === 'all' && outputs === 'task') {
    throw without(
      'distil: all is one softmax over all outputs, and outputs: task has one for each task; give distil: old',
    );
  }
}
