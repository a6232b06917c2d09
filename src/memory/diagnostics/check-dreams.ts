import type { Samples } from '../../core/dataset.js';
import { dreamReportVersion, type DreamReport, type DreamMetric, type DreamUnit } from '../../core/dream-report.js';
import { countsOf, topClasses } from '../../core/teacher.js';
import type { Learner } from '../../core/learner.js';
import type { Dreams, DreamSource } from '../../core/memory.js';
import type { RandomStream } from '../../core/random.js';
import type { DreamHealth } from '../../core/result.js';
import {
  meanDistanceWithinClasses,
  meanPairwiseDistance,
  meanSquaredError,
  nearestDistances,
} from '../../metrics/distances.js';
import { divergenceFromUniform, missingClasses } from '../../metrics/metric-values.js';
import { quantile } from '../../metrics/statistics/sample.js';
import { attractorsOf, jumpsToSettle, sameWithin, settledBelow } from './attractors.js';
import { drawDreams, firstDreams } from './draw-dreams.js';

/** Real samples that the learner has met, to compare dreams with. */
export interface RealSamples {
  /** What the run learnt from. */
  readonly train: Samples;
  /** What it never saw, of the same classes. */
  readonly test: Samples;
}

/** Trains a new learner on dreams alone, or on real samples alone; gives its accuracy on the real test samples. */
export type TrainStudent = (samples: Dreams | Samples) => Promise<number>;

export interface DreamCheck {
  readonly learner: Learner;
  readonly memory: DreamSource;
  /** Dreams to look at. */
  readonly count: number;
  /** Chooses the real samples to compare with. */
  readonly random: RandomStream;
  /** Looks at dreams during the run. */
  readonly history: readonly DreamHealth[];
  /** Absent where the data set is to be left alone. */
  readonly real?: RealSamples & { readonly trainStudent: TrainStudent; readonly dreamsToLearn: number };
}

/** Dreams that walks to attractors start from at most: each takes hundreds of jumps. */
const mostWalks = 128;
/** Dreams, and unseen samples, that are compared with every training sample at most. */
const mostCompared = 250;

/**
 * Looks at the dreams of a memory from all sides; the definition of each number stands next to it in the report.
 *
 * @throws ReverieError `bad-checkpoint` where the memory has not consolidated anything, `diverged` for dreams that are not
 *   finite
 */
export async function checkDreams(check: DreamCheck): Promise<DreamReport> {
  const { learner, memory, count, history, real } = check;
  const dreams = await drawDreams(memory, count);
  const labels = topClasses(dreams.logits, dreams.classes, count);
  const counts = { classes: dreams.classes, histogram: countsOf(labels, dreams.classes) };
  const notes: string[] = [];

  const again = await memory.reinject?.(dreams.features, count);
  const walks = Math.min(count, mostWalks);
  const attractors = again && (await attractorsOf(memory, firstDreams(dreams, walks)));
  if (again === undefined)
    notes.push('the memory offers no single reinjections: attractors and their like are left out');
  const { labels: predicted } = await learner.predict(dreams.features, count);
  const inRun = history.filter((look) => look.teacherAgreement !== null).at(-1)?.teacherAgreement ?? undefined;
  let values: DreamValues = {
    divergence: { dreams: divergenceFromUniform(counts) },
    classesMissing: { dreams: missingClasses(counts).length },
    acceptanceRate: { dreams: dreams.acceptance && dreams.acceptance.accepted / dreams.acceptance.proposed },
    noiseScale: { dreams: dreams.noiseScale?.lambda },
    teacherAgreement: { dreams: share(count, (i) => predicted[i] === labels[i]) },
    teacherAgreementInRun: { dreams: inRun },
    diversity: { dreams: meanPairwiseDistance(dreams.features, count) },
    diversityWithinClasses: { dreams: meanDistanceWithinClasses(dreams.features, labels) },
    attractors: { dreams: attractors?.distinct },
    attractorsSettled: { dreams: attractors?.settled },
    attractorClasses: { dreams: attractors?.classes },
    ...(again && {
      labelStability: { dreams: stability(dreams, again) },
      reconstructionError: { dreams: meanSquaredError(dreams.features, again.features) },
    }),
  };
  if (real === undefined) notes.push('the data set was left alone: nothing is compared with real samples');
  else values = { ...values, ...(await compareWithReal(values, dreams, check, real)) };
  return { version: dreamReportVersion, count, ...counts, metrics: dreamMetrics(values, walks), notes };
}

async function compareWithReal(
  values: DreamValues,
  dreams: Dreams,
  { memory, count, random }: DreamCheck,
  { train, test, trainStudent, dreamsToLearn }: NonNullable<DreamCheck['real']>,
): Promise<DreamValues> {
  const seen = pick(train, count, random);
  const unseen = pick(test, count, random);
  const nearest = (rows: Float32Array, all: number): Float64Array => {
    const compared = Math.min(all, mostCompared);
    return nearestDistances(rows.subarray(0, train.width * compared), compared, train);
  };
  const [ofDreams, ofUnseen] = [nearest(dreams.features, count), nearest(unseen.features, unseen.count)];
  const unusual = quantile(ofUnseen, 0.05) ?? 0;
  const closer = (distances: Float64Array): number =>
    share(distances.length, (i) => (distances[i] ?? Infinity) < unusual);
  const again = await memory.reinject?.(unseen.features, unseen.count);
  return {
    diversity: { ...values.diversity, real: meanPairwiseDistance(seen.features, seen.count) },
    diversityWithinClasses: {
      ...values.diversityWithinClasses,
      real: meanDistanceWithinClasses(seen.features, seen.labels),
    },
    nearestReal: { dreams: quantile(ofDreams, 0.5), real: quantile(ofUnseen, 0.5) },
    closerThanUnseen: { dreams: closer(ofDreams), real: closer(ofUnseen) },
    ...(again && {
      reconstructionError: {
        ...values.reconstructionError,
        real: meanSquaredError(unseen.features, again.features),
      },
    }),
    studentAccuracy: {
      dreams: await trainStudent(await drawDreams(memory, dreamsToLearn)),
      real: await trainStudent(train),
    },
  };
}

/** `count` of the samples, or all where they are fewer, drawn without replacement. */
function pick(samples: Samples, count: number, random: RandomStream) {
  const rows = random.permutation(samples.size).subarray(0, count);
  const features = new Float32Array(rows.length * samples.width);
  samples.copyRows(rows, features);
  return { features, count: rows.length, labels: Int32Array.from(rows, (row) => samples.label(row)) };
}

/** Share of rows whose label is the same one reinjection later. */
function stability(dreams: Dreams, again: Dreams): number {
  const [before, after] = [dreams, again].map(({ logits, classes, count }) => topClasses(logits, classes, count));
  return share(dreams.count, (i) => before?.[i] === after?.[i]);
}

function share(count: number, holds: (row: number) => boolean): number {
  let held = 0;
  for (let row = 0; row < count; row++) if (holds(row)) held++;
  return held / count;
}

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
    'Accuracy on real test samples of a new classifier trained on dreams alone, with hard labels by the teacher; real: on the training samples instead, for as many steps.',
  ],
} as const satisfies Readonly<Record<string, readonly [DreamUnit, string]>>;

type Name = keyof typeof definitions;

/** A number of the dreams, and of real samples as its reference; undefined or absent where there is none. */
interface WithReference {
  readonly dreams?: number | undefined;
  readonly real?: number | undefined;
}

type DreamValues = Readonly<Partial<Record<Name, WithReference>>>;

/**
 * The numbers that there are, each with its definition, in a fixed order.
 *
 * @param walks that attractors were looked for from: the N of their definition
 */
function dreamMetrics(values: DreamValues, walks: number): Record<string, DreamMetric> {
  return Object.fromEntries(
    Object.entries(definitions).flatMap(([name, [unit, definition]]): (readonly [string, DreamMetric])[] => {
      const { dreams, real = null } = values[name as Name] ?? {};
      if (dreams === undefined) return [];
      return [[name, { value: dreams, real, unit, definition: definition.replace('N dreams', `${walks} dreams`) }]];
    }),
  );
}
