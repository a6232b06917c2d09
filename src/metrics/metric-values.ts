import type { DreamHealth, MetricValue, RunResult } from '../core/result.js';
import {
  averageAccuracy,
  averageIncrementalAccuracy,
  learningAccuracy,
  sampleWeightedAccuracy,
  anytimeAccuracy,
  backwardTransfer,
  forgetting,
} from './accuracy.js';
import { forwardTransfer } from './forward-transfer.js';
import { mean } from './statistics/sample.js';

/** The parts of a result that its metrics are made of: they can be recomputed from a saved result alone. */
export type MetricSource = Pick<RunResult, 'accuracyMatrix' | 'testSizes' | 'anytime' | 'dreams' | 'future'>;

/** A metric: its definition, one sentence that goes wherever the number goes, and how it is computed. */
interface Metric {
  readonly definition: string;
  /** Undefined where it does not exist, say forgetting of a single task. */
  readonly of: (source: MetricSource) => number | undefined;
}

/** Every metric of a run, in the order in which a result has them. A new one is a function and an entry here. */
const metrics = {
  accuracyOverTasks: {
    definition:
      'ACC = (1/T) Σ_j R[T][j], mean over tasks of the accuracy after the last one, each task counting the same (Lopez-Paz & Ranzato 2017).',
    of: ({ accuracyMatrix }) => averageAccuracy(accuracyMatrix),
  },
  accuracyOverSamples: {
    definition:
      'Σ_j n_j R[T][j] / Σ_j n_j, share of all test samples that are right after the last task, each sample counting the same.',
    of: ({ accuracyMatrix, testSizes }) => sampleWeightedAccuracy(accuracyMatrix, testSizes),
  },
  backwardTransfer: {
    definition: 'BWT = (1/(T−1)) Σ_{j<T} (R[T][j] − R[j][j]) (Lopez-Paz & Ranzato 2017).',
    of: ({ accuracyMatrix }) => backwardTransfer(accuracyMatrix),
  },
  forwardTransfer: {
    definition:
      'FWT = (1/(T−1)) Σ_{j≥2} (R[j−1][j] − b_j), b_j that of guessing among the classes to choose from (Lopez-Paz & Ranzato 2017).',
    of: ({ future }) => future && forwardTransfer(future),
  },
  forgetting: {
    definition: 'F = (1/(T−1)) Σ_{j<T} (max_{l<T} R[l][j] − R[T][j]) (Chaudhry et al. 2018).',
    of: ({ accuracyMatrix }) => forgetting(accuracyMatrix),
  },
  learningAccuracy: {
    definition: 'LA = (1/T) Σ_i R[i][i], accuracy on each task right after it was learnt (Riemer et al. 2019).',
    of: ({ accuracyMatrix }) => learningAccuracy(accuracyMatrix),
  },
  averageIncrementalAccuracy: {
    definition:
      'AIA = (1/T) Σ_t A_t, A_t the accuracy on all test samples of the classes seen after task t (Rebuffi et al. 2017).',
    of: ({ accuracyMatrix, testSizes }) => averageIncrementalAccuracy(accuracyMatrix, testSizes),
  },
  anytimeAccuracy: {
    definition:
      'AAA = (1/N) Σ_n A_n, accuracy on all test samples of the classes seen at N moments within and at the end of tasks (Caccia et al. 2020).',
    of: ({ accuracyMatrix, anytime }) => anytimeAccuracy(anytime, accuracyMatrix.length),
  },
  dreamDivergence: {
    definition:
      'KL(p ‖ uniform) in nats, p the shares of the last dreams that the teacher takes for each class it knows; 0 is balanced.',
    of: ({ dreams }) => ofLastDreams(dreams, divergenceFromUniform),
  },
  dreamClassesMissing: {
    definition: 'Number of classes the teacher knows of which the last dreams held none.',
    of: ({ dreams }) => ofLastDreams(dreams, (look) => missingClasses(look).length),
  },
  teacherAgreement: {
    definition: 'Share of dreams on which learner and teacher choose the same class, mean over all looks at dreams.',
    of: ({ dreams }) => teacherAgreement(dreams),
  },
} as const satisfies Readonly<Record<string, Metric>>;

/**
 * All metrics of a run, in a fixed order. One that does not exist is absent, never NaN: BWT and forgetting of a single
 * task, AAA where nothing was measured within tasks, those of dreams where nobody dreamt.
 *
 * @throws ReverieError `bad-shape` where the matrix has holes or a set no test samples
 */
export function metricValues(source: MetricSource): Record<string, MetricValue> {
  return Object.fromEntries(
    Object.entries(metrics).flatMap(([name, { definition, of }]) => {
      const value = of(source);
      return value === undefined ? [] : [[name, { value, definition }]];
    }),
  );
}

function ofLastDreams(
  dreams: MetricSource['dreams'],
  measure: (look: DreamHealth) => number | undefined,
): number | undefined {
  const last = dreams.filter((look) => look.count > 0 && look.classes.length > 0).at(-1);
  return last && measure(last);
}

/** What the teacher takes a sample of dreams for: `histogram[i]` dreams for `classes[i]`. */
export type DreamCounts = Pick<DreamHealth, 'classes' | 'histogram'>;

/**
 * KL(p ‖ u) = Σ_i p_i ln(p_i · C) in nats, where p_i is the share of dreams taken for the i-th of the C seen classes and
 * u = 1/C (Kullback & Leibler 1951; 0 · ln 0 = 0). In [0, ln C]: 0 for dreams of all classes alike, ln C where every
 * dream is of one class. Undefined without dreams.
 */
export function divergenceFromUniform({ histogram }: DreamCounts): number | undefined {
  const total = histogram.reduce((sum, count) => sum + count, 0);
  if (total === 0) return undefined;
  return histogram.reduce((sum, count) => {
    const share = count / total;
    return share === 0 ? sum : sum + share * Math.log(share * histogram.length);
  }, 0);
}

/** The seen classes of which there was not one dream, in the order of `classes`. */
export function missingClasses({ classes, histogram }: DreamCounts): readonly number[] {
  return classes.filter((_, i) => (histogram[i] ?? 0) === 0);
}

/**
 * Mean over all looks at the dreams of the share, in [0, 1], on which the learner of that moment chose the class that
 * its teacher chose. Looks where the learner was its own teacher say nothing and are left out; undefined without others.
 */
export function teacherAgreement(dreams: readonly DreamHealth[]): number | undefined {
  return mean(dreams.flatMap((look) => look.teacherAgreement ?? []));
}
