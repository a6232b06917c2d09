import type { ObserverContext, RunObserver } from '../core/observer.js';
import { definePart, type NamedPart } from '../core/part.js';
import { curvesObserver, curvesOptions } from './curves.js';

/** The observers that a scenario can name. Result and event log are always written and have no name here. */
export const observers = {
  curves: definePart({
    summary: 'Losses and accuracy by iteration as CSV, curves.csv in the directory of the run.',
    options: curvesOptions,
    create: curvesObserver,
  }),
} as const satisfies Record<string, NamedPart<ObserverContext, RunObserver>>;
