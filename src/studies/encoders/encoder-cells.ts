import { z } from 'zod';
import { codeMeasures, encoderStudyVersion, type CodeMeasure, type EncoderCell } from './encoder-result.js';
import type { CellFormat } from '../cell-store.js';

const share = z.number().min(0).max(1);
const count = z.int().min(1);
const measure = z.enum(Object.keys(codeMeasures) as CodeMeasure[]);

/** Arms with one seed each in their files. */
export const encoderCells: CellFormat<EncoderCell> = {
  version: encoderStudyVersion,
  cell: z.object({
    name: z.string(),
    arm: z.string(),
    seed: z.int().min(0),
    losses: z.array(z.number()).min(1),
    bestEpoch: count,
    steps: count,
    probes: z.array(
      z.object({
        target: z.string(),
        probe: z.string(),
        accuracy: share,
        macroF1: share,
        auc: share.exactOptional(),
      }),
    ),
    measures: z.partialRecord(measure, z.number()),
    absent: z.partialRecord(measure, z.string()),
    seconds: z.number().nonnegative(),
  }),
};
