import type { Experience } from '../core/experience.js';
import { Anchors } from './anchors.js';
import { meanOf, realBatch } from './batches.js';
import type { LearnerContext } from './context.js';
import type { Strategy } from './define-learner.js';
import type { ModelOptions } from './model-options.js';
import { Model } from './model.js';
import { quadraticPenalty } from './quadratic-penalty.js';
import type { StepRules } from './step-rules.js';

/** What makes one penalty differ from another. */
interface Penalised {
  /** The options of the model. */
  readonly options: Omit<ModelOptions, 'width' | 'shape' | 'classCount'>;
  /** Of Σ Ω·(θ − θ*)² in the loss. */
  readonly weight: number;
  /** What else it changes about a step. */
  readonly rules?: StepRules;
  /** Takes down, after an experience, what holds the parameters from then on. */
  readonly consolidate: (model: Model, anchors: Anchors, experience: Experience) => void | Promise<void>;
}

/**
 * A strategy that trains with the cross-entropy of the new samples and a {@link quadraticPenalty} for what earlier experiences
 * left: EWC, SI and MAS, which differ in what they hold for important.
 */
export function penalised(
  { engine, random, shape, width, classCount }: LearnerContext,
  { options, weight, rules, consolidate }: Penalised,
): Strategy & { readonly model: Model } {
  const anchors = new Anchors();
  const model = new Model(engine, { ...options, width, shape, classCount }, random.stream('classifier'), () => ({
    ...rules,
    ...(anchors.all.length > 0 && { penalty: quadraticPenalty(anchors.all, weight) }),
  }));
  return {
    // The anchors first: the model is built with them.
    state: { anchors, model },
    model,
    before: (experience, iterations) => {
      model.begin(experience, iterations);
    },
    async step({ samples, rows }) {
      const { rowLosses, terms } = await model.step(realBatch(samples, rows, model.classes));
      return { new: meanOf(rowLosses), ...terms };
    },

    async *after(experience) {
      await consolidate(model, anchors, experience);
    },
    footprint: () => anchors.footprint(),
    dispose: () => {
      model.dispose();
    },
  };
}
