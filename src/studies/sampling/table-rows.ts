import { unknownName } from '../../core/suggestion.js';
import type { MemoryPlan, StudyPlan } from './study-plan.js';
import type { TableOne } from './table-one.js';

/** A row of the table, and what it takes to make it. */
export type TableRow = RowText &
  ({ readonly kind: 'teacher' | 'real' | 'random' } | { readonly kind: 'memory'; readonly memory: MemoryPlan });

interface RowText {
  readonly name: string;
  readonly title: string;
  /** The paper's accuracy, in [0, 1]. */
  readonly paper: number;
}

/**
 * The rows of a part of Table I, in the order in which they are made: the ground truth classifier, which labels for all
 * others, both bounds, and the autoencoders.
 *
 * The table has no number for the upper bound; figures 3–5 draw it at the accuracy of the ground truth classifier.
 *
 * @param only names of the wanted ones; all where left out
 * @throws unknown-name
 */
export function rowsOf(table: TableOne, plan: StudyPlan, only: readonly string[] = []): readonly TableRow[] {
  const { accuracy } = table.classifier;
  const all: readonly TableRow[] = [
    { kind: 'teacher', name: 'ground-truth', title: 'Ground truth classifier', paper: accuracy },
    { kind: 'real', name: 'real', title: 'Real data (upper bound)', paper: accuracy },
    { kind: 'random', name: 'random', title: 'Random generator (lower bound)', paper: table.random },
    ...table.memories.flatMap(({ name, title, accuracy: paper }): TableRow[] => {
      const memory = plan.memories.find((planned) => planned.name === name);
      return memory === undefined ? [] : [{ kind: 'memory', name, title, paper, memory }];
    }),
  ];
  const names = all.map(({ name }) => name);
  for (const name of only) if (!names.includes(name)) throw unknownName('row', name, names, '--row');
  return only.length === 0 ? all : all.filter(({ name }) => only.includes(name));
}
