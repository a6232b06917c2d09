import type { NamedPart } from '../../core/part.js';
import { forest } from './forest-probe.js';
import { knn } from './knn-probe.js';
import { linear } from './linear-probe.js';
import { mlp } from './mlp-probe.js';
import type { Probe, ProbeContext } from './probe.js';
import { svm } from './svm-probe.js';

/** The classifiers that frozen codes can be probed with. */
export const probes = { linear, knn, svm, forest, mlp } as const satisfies Record<
  string,
  NamedPart<ProbeContext, Probe>
>;
