import type { DreamHealth, MetricValue, RunResult } from '../core/result.js';
import { averageAccuracy, averageIncrementalAccuracy, learningAccuracy, sampleWeightedAccuracy } from './accuracy.js';
import { anytimeAccuracy } from './anytime.js';
import { divergenceFromUniform, missingClasses, teacherAgreement } from './dream-health.js';
import { backwardTransfer, forgetting } from './transfer.js';

/** The parts of a result that its metrics are made of: they can be recomputed from a saved result alone. */
export type MetricSource = Pick<RunResult, 'accuracyMatrix' | 'testSizes' | 'anytime' | 'dreams'>;

/** A metric: its definition, one sentence that goes wherever the number goes, and how it is computed. */
interface Metric {
  readonly definition: string;
  /** Undefined where it does not exist, say forgetting of a single task. */
  readonly of: (source: MetricSource) => number | undefined;
}

/** Every metric of a run, in the order in which a result has them. A new one is a function and an entry here. */
const metrics = {
  accuracy: {
    definition: 'ACC = (1/T) Σ_j R[T][j], mean over tasks after the last one (Lopez-Paz & Ranzato 2017).',
    of: ({ accuracyMatrix }) => averageAccuracy(accuracyMatrix),
  },
  microAccuracy: {
    definition: 'Σ_j n_j R[T][j] / Σ_j n_j, share of all test samples that are right after the last task.',
    of: ({ accuracyMatrix, testSizes }) => sampleWeightedAccuracy(accuracyMatrix, testSizes),
  },
  backwardTransfer: {
    definition: 'BWT = (1/(T−1)) Σ_{j<T} (R[T][j] − R[j][j]) (Lopez-Paz & Ranzato 2017).',
    of: ({ accuracyMatrix }) => backwardTransfer(accuracyMatrix),
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
