import type { DreamMetric, DreamUnit } from '../core/dream-report.js';
import { jumpsToSettle, sameWithin, settledBelow } from './attractors.js';

/** Each number of a dream report with its unit and definition, in the order of the report. */
const definitions = {
  divergence: [
    'nats',
    'KL(p ‖ uniform) in nats, p the shares of dreams that the teacher takes for each class it knows; 0 is balanced, ln C all of one class.',
  ],
  classesMissing: ['count', 'Classes that the teacher knows and of which no dream was.'],
  acceptanceRate: [
    'share',
    'Dreams that filled the quota of their class, the teacher being sure enough, of all that walks proposed; where the sampler accepts by quotas.',
  ],
  noiseScale: ['variance', 'λ, the variance of the noise per jump; where the sampler inferred it.'],
  teacherAgreement: [
    'share',
    'Share of dreams for which the learner chooses the class that its teacher chose; 1 by construction where the learner is its own teacher, as between tasks it is.',
  ],
  teacherAgreementInRun: [
    'share',
    'The same at the end of the last task that replayed, when the teacher still was the learner of before that task; as the run measured it.',
  ],
  labelStability: [
    'share',
    'Share of dreams x to which the teacher gives the class that it gives to AE(x), one reinjection later.',
  ],
  diversity: [
    'distance',
    'Mean Euclidean distance between two dreams; real: between two training samples of the seen classes.',
  ],
  diversityWithinClasses: [
    'distance',
    'The same among dreams of one class, mean over classes; real: by their true class.',
  ],
  attractors: [
    'count',
    `Different ends of walks without noise, x ↦ AE(x), up to ${jumpsToSettle} jumps from each of N dreams; ends that differ by at most ${sameWithin} root mean square, directly or by way of others, are one.`,
  ],
  attractorsSettled: [
    'share',
    `Share of these walks whose last jump changed the values by less than ${settledBelow} root mean square.`,
  ],
  attractorClasses: ['count', 'Different classes that the teacher gives to the ends of these walks.'],
  nearestReal: [
    'distance',
    'Median Euclidean distance of a dream to the nearest training sample of the seen classes; real: of an unseen (test) sample. Of up to 250 of each.',
  ],
  closerThanUnseen: [
    'share',
    'Share of dreams closer to a training sample than 95 of 100 unseen samples are; far more than 0.05 can mean copies of training samples, or only dreams that are smoother than samples.',
  ],
  reconstructionError: [
    'squared error',
    'Mean over dreams and values of (x − AE(x))²; real: on unseen (test) samples, what the memory loses of them.',
  ],
  studentAccuracy: [
    'share',
    'Accuracy on real test samples of a fresh classifier taught dreams alone, with hard labels by the teacher; real: taught the training samples instead, for as many steps.',
  ],
} as const satisfies Readonly<Record<string, readonly [DreamUnit, string]>>;

type Name = keyof typeof definitions;

/** A number of the dreams, and of real samples; undefined or absent where there is none. */
export interface Beside {
  readonly dreams?: number | undefined;
  readonly real?: number | undefined;
}

export type DreamValues = Readonly<Partial<Record<Name, Beside>>>;

/**
 * The numbers that there are, each with its definition, in a fixed order.
 *
 * @param walks that attractors were looked for from: the N of their definition
 */
export function dreamMetrics(values: DreamValues, walks: number): Record<string, DreamMetric> {
  return Object.fromEntries(
    Object.entries(definitions).flatMap(([name, [unit, definition]]): (readonly [string, DreamMetric])[] => {
      const { dreams, real = null } = values[name as Name] ?? {};
      if (dreams === undefined) return [];
      return [[name, { value: dreams, real, unit, definition: definition.replace('N dreams', `${walks} dreams`) }]];
    }),
  );
}
