import type { Samples } from '../core/dataset.js';
import type { Experience } from '../core/experience.js';
import type { Learner } from '../core/learner.js';
import { EventLoopYielder } from './event-loop-yielder.js';
import { Evaluator } from './evaluator.js';
import { diverged } from './failures.js';

/**
 * Has a learner learn this one experience, and nothing else; gives its accuracy, in [0, 1], on the test samples.
 *
 * @throws ReverieError `diverged` where a loss is no longer a number, `bad-data` for a test set that is empty or has other
 *   classes
 */
export async function accuracyAfterLearning(learner: Learner, experience: Experience, test: Samples): Promise<number> {
  const yielder = new EventLoopYielder(() => performance.now());
  const { signal } = new AbortController();
  const { classes } = experience;
  const evaluator = new Evaluator([{ name: 'test', samples: test, classes, seenFrom: 1 }], yielder, signal);
  evaluator.see(experience);
  for await (const event of learner.learn(experience)) {
    if (event.type !== 'batch-trained') continue;
    const { task, iteration } = event;
    for (const [name, value] of Object.entries(event.losses)) {
      if (!Number.isFinite(value)) throw diverged({ name, value, task, iteration }, 'student', undefined);
    }
    await yielder.yieldToEventLoop();
  }
  const evaluation = await evaluator.evaluate(learner);
  if (evaluation === undefined) throw new Error('an evaluation that nobody could stop was stopped');
  return evaluation.accuracy;
}
