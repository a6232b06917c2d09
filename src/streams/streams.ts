import { definePart, type NamedPart } from '../core/part.js';
import type { ContinualStream } from '../core/stream.js';
import { classIncrementalOptions, classIncrementalStream } from './class-incremental.js';
import type { StreamContext } from './context.js';
import { domainIncrementalOptions, domainIncrementalStream } from './domain-incremental.js';

/** The streams that a scenario can name. */
export const streams = {
  'class-incremental': definePart({
    summary: 'Each task brings classes, and all classes compete; with task labels, task-incremental learning.',
    options: classIncrementalOptions,
    create: classIncrementalStream,
  }),
  'domain-incremental': definePart({
    summary: 'All classes in each task, their inputs permuted anew in every domain, e.g. permuted MNIST.',
    options: domainIncrementalOptions,
    create: domainIncrementalStream,
  }),
} as const satisfies Record<string, NamedPart<StreamContext, ContinualStream>>;
