import { definePart, type NamedPart } from '../core/part.js';
import type { ContinualStream } from '../core/stream.js';
import { blurryOptions, blurryStream } from './blurry.js';
import { classIncrementalOptions, classIncrementalStream } from './class-incremental.js';
import type { StreamContext } from './context.js';
import { dataIncrementalOptions, dataIncrementalStream } from './data-incremental.js';
import { domainIncrementalOptions, domainIncrementalStream } from './domain-incremental.js';
import { domainSplitOptions, domainSplitStream } from './domain-split.js';
import { taskIncrementalOptions, taskIncrementalStream } from './task-incremental.js';

/** The streams that a scenario can name. */
export const streams = {
  'class-incremental': definePart({
    summary: 'Each task brings classes, and all classes compete; with task labels, task-incremental learning.',
    options: classIncrementalOptions,
    create: classIncrementalStream,
  }),
  'task-incremental': definePart({
    summary: 'Each task brings classes, and learners are told the task, in training and when they answer.',
    options: taskIncrementalOptions,
    create: taskIncrementalStream,
  }),
  'domain-incremental': definePart({
    summary: 'All classes in each task, their inputs permuted or rotated anew in every domain, e.g. permuted MNIST.',
    options: domainIncrementalOptions,
    create: domainIncrementalStream,
  }),
  'domain-split': definePart({
    summary: 'Each task has classes of its own, and their places in it as labels, which all tasks share.',
    options: domainSplitOptions,
    create: domainSplitStream,
  }),
  'data-incremental': definePart({
    summary: 'One task cut in pieces: all classes in the first, and new samples of them in each.',
    options: dataIncrementalOptions,
    create: dataIncrementalStream,
  }),
  blurry: definePart({
    summary:
      'Some classes in one task each, others spread over all of them; nobody is told where a task ends (i-Blurry).',
    options: blurryOptions,
    create: blurryStream,
  }),
} as const satisfies Record<string, NamedPart<StreamContext, ContinualStream>>;
