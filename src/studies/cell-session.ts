import type { CellStore } from './cell-store.js';
import type { CellEvent } from './sampling/study-events.js';

/** A study as cells that are made one after the other. */
export interface CellSession<Planned extends { readonly name: string }, Cell, Study, Event> {
  readonly store: CellStore<Cell, Study>;
  /** In the order in which they are made. */
  readonly planned: readonly Planned[];
  readonly title: (cell: Planned) => string;
  /** What all cells that are missing need. */
  readonly prepare?: (missing: readonly Planned[]) => AsyncGenerator<Event, void, undefined>;
  /**
   * Makes a cell; undefined where it was stopped.
   *
   * @param index its place among `of` cells that are missing, from 0
   */
  readonly make: (cell: Planned, index: number, of: number) => AsyncGenerator<Event, Cell | undefined, undefined>;
  /** The study of all cells, in the order of the plan. */
  readonly study: (cells: readonly Cell[]) => Study;
}

/**
 * A study from its start, or from what is finished of it, to its result. Whoever pulls its events decides its pace, and ends
 * it by `return`. A cell's event comes once its file is safe.
 */
export async function* cellSession<Planned extends { readonly name: string }, Cell, Study, Event>(
  { store, planned, title, prepare, make, study }: CellSession<Planned, Cell, Study, Event>,
  signal: AbortSignal,
): AsyncGenerator<CellEvent<Cell, Study> | Event, void, undefined> {
  const finished = new Map<string, Cell>();
  for (const { name } of planned) {
    const cell = await store.read(name);
    if (cell !== undefined) finished.set(name, cell);
  }
  const missing = planned.filter(({ name }) => !finished.has(name));
  yield { type: 'study-started', cells: missing.map(title), kept: [...finished.values()] };
  if (prepare !== undefined) yield* prepare(missing);
  const stopped = (): boolean => signal.aborted;
  for (const [index, plan] of missing.entries()) {
    if (stopped()) return;
    const cell = yield* make(plan, index, missing.length);
    if (cell === undefined || stopped()) return;
    await store.write(cell);
    finished.set(plan.name, cell);
    yield { type: 'cell-completed', cell };
  }
  const completed = study(planned.flatMap(({ name }) => finished.get(name) ?? []));
  await store.finish(completed);
  yield { type: 'study-completed', study: completed };
}
