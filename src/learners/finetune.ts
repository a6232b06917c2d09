import { iterationsFor, type Experience } from '../core/experience.js';
import type { LearnerEvent } from '../core/events.js';
import type { Learner } from '../core/learner.js';
import { Classifier, type ClassifierOptions } from './classifier.js';
import type { LearnerContext } from './context.js';
import { meanOf, realBatch } from './real-batch.js';
import { trainingLoop } from './training-loop.js';

/** Trains on each task's data alone and does nothing against forgetting: the lower bound. */
export function finetune(options: Omit<ClassifierOptions, 'width'>, context: LearnerContext): Learner {
  const { engine, random, plan, width } = context;
  const classifier = new Classifier(engine, { ...options, width }, random.stream('classifier'));

  async function* learn(experience: Experience): AsyncGenerator<LearnerEvent, void, undefined> {
    const { train } = experience;
    classifier.grow(experience.newClasses, iterationsFor(plan, train.size));
    yield* trainingLoop(experience, train, plan, random.stream('batches'), async ({ rows }) => ({
      new: meanOf(await classifier.train(realBatch(train, rows, classifier.classes))),
    }));
  }

  return {
    learn,
    predict: (features, count) => classifier.predict(features, count),
    save: () => Promise.resolve(classifier.save()),
    restore: (snapshot) => {
      classifier.restore(snapshot);
      return Promise.resolve();
    },
    trainedFunctions: () => Promise.resolve([classifier.trainedFunction()]),
    footprint: () => ({ memoryBytes: 0, storedSamples: 0 }),
    dispose: () => {
      classifier.dispose();
    },
  };
}
