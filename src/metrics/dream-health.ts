import type { DreamHealth } from '../core/result.js';
import { mean } from './mean.js';

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
 * its teacher chose. Looks where the learner was its own teacher tell nothing and are left out; undefined without others.
 */
export function teacherAgreement(dreams: readonly DreamHealth[]): number | undefined {
  return mean(dreams.flatMap((look) => look.teacherAgreement ?? []));
}
