import { z } from 'zod';
import { samplingStudyVersion, type StudyCell } from './sampling-result.js';
import type { CellFormat } from '../cell-store.js';

const share = z.number().min(0).max(1);

/** The lines of Table I in their files. */
export const samplingCells: CellFormat<StudyCell> = {
  version: samplingStudyVersion,
  cell: z.object({
    name: z.string(),
    title: z.string(),
    paper: share,
    accuracy: share,
    curve: z.array(share).min(1),
    memoryLosses: z.array(z.number()),
    walks: z.array(
      z.object({
        lambda: z.number().min(0),
        jumps: z.int().min(2),
        collect: z.enum(['noisy', 'reconstruction']),
        curve: z.array(share).min(1),
      }),
    ),
    seconds: z.number().nonnegative(),
  }),
};
