import type * as z from 'zod';
import type { ContinualStream } from '../core/stream.js';
import { classIncrementalOptions, classIncrementalStream } from './class-incremental.js';
import type { StreamContext } from './context.js';

export const taskIncrementalOptions = classIncrementalOptions.omit({ taskLabels: true });

/**
 * Task-incremental learning (van de Ven, Tuytelaars & Tolias, Nature Machine Intelligence 4, 2022): class-incremental learning in
 * which learners are told the task of a sample, in training and when they answer.
 *
 * @throws ReverieError `bad-scenario` for a split that the data set does not allow, or for a class without samples
 */
export function taskIncrementalStream(
  options: z.infer<typeof taskIncrementalOptions>,
  context: StreamContext,
): ContinualStream {
  return classIncrementalStream({ ...options, taskLabels: true }, context);
}
