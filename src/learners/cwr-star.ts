import { z } from 'zod';
import { labelsOf } from '../core/dataset.js';
import { countsOf } from '../core/teacher.js';
import { meanOf, realBatch } from './batches.js';
import { consolidate, ConsolidatedWeights, only } from './consolidated-weights.js';
import { defineLearner } from './define-learner.js';
import { modelOptions } from './model-options.js';
import { Model } from './model.js';

/**
 * CWR* (Lomonaco, Maltoni & Pellegrini 2020, "Rehearsal-free continual learning over small non-i.i.d. batches", algorithm 1): what
 * comes before the last layer is learnt with the first experience and then stays. Each class has consolidated weights cw in
 * the last layer; an experience begins with tw = cw for its own classes and 0 for all others, trains tw, and then for its classes j
 *
 *     cw_j ← (cw_j·r_j + tw_j − mean_j tw_j)/(r_j + 1),    r_j = √(past_j/now_j)
 *
 * with the samples of the class in earlier experiences and in this one. The bias is a weight like the others: trained on
 * its own, as in Avalanche, it undoes the consolidation.
 *
 * Keeps a number for each class; while it learns, cw as well.
 */
export const cwrStar = defineLearner({
  summary: 'Learns features with the first task, and then consolidates the last layer class by class (CWR*).',
  options: z.strictObject({ ...modelOptions }),
  create(options, { engine, random, shape, width, classCount }) {
    const consolidated = new ConsolidatedWeights();
    const model = new Model(engine, { ...options, width, shape, classCount }, random.stream('classifier'), () => ({
      trains: consolidated.past.size > 0 ? 'head' : 'all',
    }));
    return {
      // First what says whether there was an experience: the model's step is built by it.
      state: { consolidated, model },
      model,
      before({ classes, newClasses }, iterations) {
        const known = [...model.classes.keys()];
        model.begin({ classes, newClasses }, iterations);
        const own = classes.map((label) => model.classes.indexOf(label));
        model.changeHead((head) => {
          consolidated.weights = only(head, known);
          return only(consolidated.weights, own);
        });
      },
      async step({ samples, rows }) {
        return { new: meanOf((await model.step(realBatch(samples, rows, model.classes))).rowLosses) };
      },
      // eslint-disable-next-line @typescript-eslint/require-await -- nothing to wait for, nothing to report
      async *after({ train }) {
        const labels = labelsOf(train);
        const now = new Map(countsOf(labels, model.classes).flatMap((n, column) => (n > 0 ? [[column, n]] : [])));
        model.changeHead((trained) => consolidate(consolidated.weights, trained, now, consolidated.past));
        consolidated.add(now);
      },
      footprint: () => {
        const bytes = consolidated.past.size * Float64Array.BYTES_PER_ELEMENT;
        return { memoryBytes: bytes, statisticsBytes: bytes, storedSamples: 0 };
      },
      dispose: () => {
        model.dispose();
      },
    };
  },
});
