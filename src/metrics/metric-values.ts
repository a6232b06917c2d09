import type { MetricValue, RunResult } from '../core/result.js';
import { averageAccuracy, averageIncrementalAccuracy, learningAccuracy, sampleWeightedAccuracy } from './accuracy.js';
import { anytimeAccuracy } from './anytime.js';
import { divergenceFromUniform, missingClasses, teacherAgreement } from './dream-health.js';
import { backwardTransfer, forgetting } from './transfer.js';

/** The parts of a result that its metrics are made of: they can be recomputed from a saved result alone. */
export type MetricSource = Pick<RunResult, 'accuracyMatrix' | 'testSizes' | 'anytime' | 'dreams'>;

/** Each metric of a result with its definition, one sentence that goes wherever the number goes. */
const definitions = {
  accuracy: 'ACC = (1/T) Σ_j R[T][j], mean over tasks after the last one (Lopez-Paz & Ranzato 2017).',
  microAccuracy: 'Σ_j n_j R[T][j] / Σ_j n_j, share of all test samples that are right after the last task.',
  backwardTransfer: 'BWT = (1/(T−1)) Σ_{j<T} (R[T][j] − R[j][j]) (Lopez-Paz & Ranzato 2017).',
  forgetting: 'F = (1/(T−1)) Σ_{j<T} (max_{l<T} R[l][j] − R[T][j]) (Chaudhry et al. 2018).',
  learningAccuracy: 'LA = (1/T) Σ_i R[i][i], accuracy on each task right after it was learnt (Riemer et al. 2019).',
  averageIncrementalAccuracy:
    'AIA = (1/T) Σ_t A_t, A_t the accuracy on all test samples of the classes seen after task t (Rebuffi et al. 2017).',
  anytimeAccuracy:
    'AAA = (1/N) Σ_n A_n, accuracy on all test samples of the classes seen at N moments within and at the end of tasks (Caccia et al. 2020).',
  dreamDivergence:
    'KL(p ‖ uniform) in nats, p the shares of the last dreams that the teacher takes for each class it knows; 0 is balanced.',
  dreamClassesMissing: 'Number of classes the teacher knows of which the last dreams held none.',
  teacherAgreement:
    'Share of dreams on which learner and teacher choose the same class, mean over all looks at dreams.',
} as const;

/** Name of a metric in {@link RunResult.metrics}. */
export type MetricName = keyof typeof definitions;

/**
 * All metrics of a run, in a fixed order. One that does not exist is absent, never NaN: BWT and forgetting of a single
 * task, AAA where nothing was measured within tasks, those of dreams where nobody dreamt.
 *
 * @throws ReverieError `bad-shape` where the matrix has holes or a task no test samples
 */
export function metricValues(source: MetricSource): Record<string, MetricValue> {
  const { accuracyMatrix, testSizes, anytime, dreams } = source;
  const dreamt = dreams.filter((look) => look.count > 0 && look.classes.length > 0).at(-1);
  const values: Record<MetricName, number | undefined> = {
    accuracy: averageAccuracy(accuracyMatrix),
    microAccuracy: sampleWeightedAccuracy(accuracyMatrix, testSizes),
    backwardTransfer: backwardTransfer(accuracyMatrix),
    forgetting: forgetting(accuracyMatrix),
    learningAccuracy: learningAccuracy(accuracyMatrix),
    averageIncrementalAccuracy: averageIncrementalAccuracy(accuracyMatrix, testSizes),
    anytimeAccuracy: anytimeAccuracy(anytime, accuracyMatrix.length),
    dreamDivergence: dreamt && divergenceFromUniform(dreamt),
    dreamClassesMissing: dreamt && missingClasses(dreamt).length,
    teacherAgreement: teacherAgreement(dreams),
  };
  return Object.fromEntries(
    Object.entries(definitions).flatMap(([name, definition]) => {
      const value = values[name as MetricName];
      return value === undefined ? [] : [[name, { value, definition }]];
    }),
  );
}
