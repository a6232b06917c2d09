import { z } from 'zod';
import { ReverieError } from '../core/errors.js';
import type { DreamSamples, DreamsDrawn } from '../core/events.js';
import type { Experience } from '../core/experience.js';
import type { Dreams, Memory } from '../core/memory.js';
import { combine, part } from '../core/snapshot.js';
import { countsOf, topClasses } from '../core/teacher.js';
import type { Shape } from '../core/tensor.js';
import { meanOf, mixedBatch, reusedArray, type Batch } from './batches.js';
import type { LearnerContext } from './context.js';
import { defineLearner, type Losses, type Stateful, type Step, type Strategy } from './define-learner.js';
import { dreamLabels, type Distillation } from './distillation.js';
import { memoryBatch } from './memory-batch.js';
import type { FrozenModel } from './frozen-model.js';
import { Model } from './model.js';
import { modelOptions, type ModelOptions } from './model-options.js';
import { newShare, newShareOption, type ShareRule } from './new-share.js';

/** Dreams that are looked at to say how healthy they are. */
const checked = 1000;

/** Of those, how many are shown. */
const shown = 16;

/** How classifier and memory are trained on what is new and what is dreamt. */
export interface PseudoRehearsalOptions extends Distillation, Omit<ModelOptions, 'width' | 'shape' | 'loss'> {
  /** Dreams per optimiser step; as many as new samples where absent. */
  readonly dreams?: number | undefined;
  readonly newShare?: ShareRule | undefined;
  /** Share, in (0, 1], of a step's samples and dreams that the memory trains on. */
  readonly memoryShare: number;
  /** The memory trains at every so many steps, the classifier at each. */
  readonly memoryEvery: number;
}

/** All that a step trains on. */
interface Prepared {
  readonly dreams: Dreams | undefined;
  readonly batch: Batch;
}

/**
 * Pseudo-rehearsal (Robins 1995): each step trains a classifier, and a memory, on a batch of new samples and a batch of new
 * dreams labelled by the classifier of the end of the last task. Losses are those of {@link mixedBatch} and {@link memoryBatch}.
 *
 * Dreams come from frozen copies, so that nothing but the classifier's own steps depends on its last one: while it trains,
 * the memory trains and dreams of the next step.
 *
 * @param memory the strategy owns it
 */
export function pseudoRehearsal(
  options: PseudoRehearsalOptions,
  { engine, random, width, shape, classCount }: LearnerContext,
  memory: Memory,
): Strategy {
  const model = new Model(
    engine,
    { ...options, width, shape, classCount, ownThread: true },
    random.stream('classifier'),
  );
  /** Two, to take turns: the next step's batch is prepared while this step's trains. */
  const batchArrays = [reusedArray(), reusedArray()] as const;
  const memoryArray = reusedArray();
  /** The teacher that the memory holds, where tasks were learnt. */
  let teacher: FrozenModel | undefined;
  let ahead: Prepared | undefined;

  const shareOf = (experience: Experience): number => newShare(experience, model.classes.length, options.newShare);

  const prepare = async (experience: Experience, rows: Uint32Array, iteration: number): Promise<Prepared> => {
    const dreams = await memory.dream(options.dreams ?? rows.length);
    const featuresOf = batchArrays[iteration % 2 === 0 ? 0 : 1];
    const share = shareOf(experience);
    const batch = mixedBatch(experience.train, rows, dreams, model.classes, share, options, featuresOf);
    return { dreams, batch };
  };

  /** A step of the memory, where this is one of the steps at which it trains; gives its loss. */
  const trainMemory = async ({ experience, rows, iteration }: Step, dreams: Dreams | undefined): Promise<Losses> => {
    const { memoryShare, memoryEvery } = options;
    if ((iteration - 1) % memoryEvery !== 0) return {};
    const share = shareOf(experience);
    const batch = memoryBatch(experience.train, rows, dreams, share, memoryShare, memoryArray);
    return { memory: await memory.train(batch) };
  };

  /** Share of dreams to which the classifier gives the teacher's first choice. */
  const agreement = async ({ features, logits, classes, count }: Dreams): Promise<number> => {
    const wanted = topClasses(logits, classes, count);
    const { labels } = await model.predict(features, count);
    return labels.filter((label, i) => label === wanted[i]).length / count;
  };

  const remembered: Stateful = {
    async save() {
      const parts = { memory: await memory.save() };
      return combine(teacher === undefined ? parts : { ...parts, teacher: teacher.save() });
    },
    async restore(snapshot) {
      const [saved, savedTeacher] = [part(snapshot, 'memory'), part(snapshot, 'teacher')];
      if (saved === undefined) {
        throw new ReverieError('bad-checkpoint', 'the saved learner lacks its memory; the checkpoint is not usable');
      }
      teacher = savedTeacher && model.frozen(savedTeacher);
      await memory.restore(saved, teacher);
    },
  };

  return {
    state: { classifier: model, remembered },
    model,
    memory,
    savesWithinExperience: memory.savesWithinTask === true,
    before: (experience, iterations) => {
      model.begin(experience, iterations);
    },
    async step(step) {
      const { experience, rows, iteration, next } = step;
      const { dreams, batch } = ahead ?? (await prepare(experience, rows, iteration));
      const [rowLosses, losses] = await model.stepDuring(batch, async () => {
        const ofMemory = await trainMemory(step, dreams);
        ahead = next && (await prepare(experience, next, iteration + 1));
        return ofMemory;
      });
      const all = { new: meanOf(rowLosses, 0, rows.length), ...losses };
      return dreams === undefined ? all : { ...all, replay: meanOf(rowLosses, rows.length) };
    },
    async *after({ index: task, train }) {
      const before = await memory.dream(checked);
      if (before !== undefined) {
        yield { ...dreamsDrawn(task, before, shape), teacherAgreement: await agreement(before) };
      }
      teacher = model.freeze();
      const earlier = new Set(memory.warnings?.().map(({ message }) => message));
      await memory.consolidate(train, teacher);
      yield* memory.warnings?.().filter(({ message }) => !earlier.has(message)) ?? [];
      yield { type: 'memory-consolidated', task, bytes: memory.bytes() };
      const after = await memory.dream(checked);
      if (after !== undefined) yield dreamsDrawn(task, after, shape);
    },
    moreFunctions: async () => (await memory.trainedFunctions?.()) ?? [],
    footprint: () => ({
      memoryBytes: memory.bytes(),
      statisticsBytes: memory.statisticsBytes?.() ?? 0,
      storedSamples: memory.storedSamples?.() ?? 0,
    }),
    dispose() {
      model.dispose();
      memory.dispose();
    },
  };
}

/**
 * Pseudo-rehearsal (Robins 1995) by reinjection (Solinas et al. 2020, algorithm 2): each step trains the classifier, and the
 * memory itself, on a batch of new samples and a batch of new dreams labelled by the classifier of the end of the last task,
 *
 *     L = s·CE(new) + (1 − s)·T²·CE(dreams, softmax(z / T)),
 *
 * with s the share of the classes seen that the task has ({@link newShare}). With s = 1/t at task t and T = 2 it is that of van
 * de Ven & Tolias 2018. Keeps the memory and the teacher; no real sample outlives its task but those that the
 * memory says it stores.
 */
export const rehearsal = defineLearner({
  summary: 'Trains on new data and on dreams of the old, labelled by its former self; stores no real sample.',
  options: z.strictObject({
    ...modelOptions,
    labels: z
      .enum(dreamLabels)
      .default('soft')
      .describe('What dreams are taught with: all that the teacher thinks of them, or its first choice alone.'),
    temperature: z.number().min(1).default(2).describe('Of soft labels; hard ones have none.'),
    dreams: z.int().min(1).optional().describe('Dreams per optimiser step; as many as new samples where not given.'),
    newShare: newShareOption,
    memoryShare: z
      .number()
      .positive()
      .max(1)
      .default(0.75)
      .describe("Share of a step's samples and dreams that the memory trains on; its step is the most expensive part."),
    memoryEvery: z
      .int()
      .min(1)
      .default(2)
      .describe('The memory trains at every so many steps, the classifier at each.'),
  }),
  create: async (options, context) => pseudoRehearsal(options, context, await context.memory()),
});

function dreamsDrawn(task: number, dreams: Dreams, shape: Shape): DreamsDrawn {
  const { count, classes, logits, acceptance, noiseScale } = dreams;
  const labels = topClasses(logits, classes, count);
  return {
    ...{ type: 'dreams-drawn', task, count, classes, histogram: countsOf(labels, classes) },
    ...(acceptance === undefined ? {} : { acceptance }),
    ...(noiseScale === undefined ? {} : { noiseScale }),
    samples: samplesOf(dreams, labels, shape),
  };
}

function samplesOf({ features, count }: Dreams, labels: Int32Array, shape: Shape): DreamSamples {
  const few = Math.min(shown, count);
  const values = features.subarray(0, (features.length / count) * few);
  const bytes = Uint8Array.from(values, (value) => Math.round(255 * Math.min(1, Math.max(0, value))));
  return { shape, labels: [...labels.subarray(0, few)], bytes: Buffer.from(bytes).toString('base64') };
}
