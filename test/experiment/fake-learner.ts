import type { LearnerEvent } from '../../src/core/events.js';
import type { Experience } from '../../src/core/experience.js';
import type { Learner } from '../../src/core/learner.js';
import type { RandomStreams } from '../../src/core/random.js';
import type { Snapshot } from '../../src/core/snapshot.js';
import type { Tensor } from '../../src/core/tensor.js';

/** What is to be different about a {@link MeanLearner}, and what it reports of its life. */
export interface MeanLearnerOptions {
  readonly iterations?: number;
  /** Called before each step; may throw, or wait. */
  readonly beforeStep?: (task: number, iteration: number) => void | Promise<void>;
  /** Event given instead of a `batch-trained`. */
  readonly instead?: (event: LearnerEvent) => LearnerEvent;
  readonly life?: string[];
}

/**
 * Nearest class mean, learnt from noisy random rows: its state is the sums and counts of each class, and the place of its
 * random stream. Both shape every later prediction, so that a resume that loses either shows.
 */
export function meanLearner(random: RandomStreams, options: MeanLearnerOptions = {}): Learner {
  const { iterations = 5, life = [] } = options;
  const draws = random.stream('mean-learner');
  const classes: number[] = [];
  let means: Tensor = { shape: [0, 2], data: new Float32Array(0) };
  /** Iterations of the present task that were taken; 0 between tasks. */
  let taken = 0;

  const step = ({ train, classes: taught }: Experience): number => {
    const row = draws.integer(train.size);
    const features = new Float32Array(train.width);
    train.copyRows([row], features);
    const known = classes.indexOf(train.label(row));
    let loss = 0;
    for (let i = 0; i < 2; i++) {
      const target = (features[i] ?? 0) + 3 * draws.normal();
      const at = 2 * known + i;
      loss += Math.abs(target - (means.data[at] ?? 0));
      means.data[at] = (means.data[at] ?? 0) * 0.5 + target * 0.5;
    }
    return loss / taught.length;
  };

  return {
    async *learn(experience) {
      const { index: task } = experience;
      if (taken === 0) {
        classes.push(...experience.newClasses);
        const data = new Float32Array(2 * classes.length);
        data.set(means.data);
        means = { shape: [classes.length, 2], data };
      }
      try {
        if (taken === 0) yield { type: 'epoch-started', task, epoch: 1 };
        for (let iteration = taken + 1; iteration <= iterations; iteration++) {
          await options.beforeStep?.(task, iteration);
          const event: LearnerEvent = {
            type: 'batch-trained',
            task,
            iteration,
            iterations,
            losses: { new: step(experience) },
          };
          taken = iteration;
          yield options.instead?.(event) ?? event;
        }
        yield { type: 'epoch-ended', task, epoch: 1 };
        taken = 0;
        life.push(`learnt ${task}`);
      } finally {
        life.push(`left ${task}`);
      }
    },
    predict: async (features, count) => {
      await Promise.resolve();
      const labels = Int32Array.from({ length: count }, (_, row) => {
        const distances = classes.map((_, k) =>
          Math.hypot(
            (features[2 * row] ?? 0) - (means.data[2 * k] ?? 0),
            (features[2 * row + 1] ?? 0) - (means.data[2 * k + 1] ?? 0),
          ),
        );
        return classes[distances.indexOf(Math.min(...distances))] ?? -1;
      });
      return { labels };
    },
    savesWithinExperience: true,
    save: () => Promise.resolve<Snapshot>({ json: { classes: [...classes], taken }, tensors: { means } }),
    restore: ({ json, tensors }: Snapshot) => {
      const saved = json as { classes: number[]; taken: number };
      classes.push(...saved.classes);
      taken = saved.taken;
      means = tensors['means'] ?? means;
      life.push('restored');
      return Promise.resolve();
    },
    footprint: () => ({ memoryBytes: means.data.byteLength, storedSamples: 0 }),
    dispose: () => {
      life.push('disposed');
    },
  };
}
