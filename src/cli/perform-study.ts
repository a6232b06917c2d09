import { lastValueFrom, tap, type Observable } from 'rxjs';
import { studyDisplay, type ProgressText } from './progress/study-display.js';
import type { CliContext } from './cli-context.js';

/** A study that can start. */
export interface PlannedStudy<Event, Study> {
  /** What is about to be made, in a line. */
  readonly headline: string;
  /** Directory of its results. */
  readonly path: string;
  /** Its events; aborting `stop` ends them after the present step. */
  readonly events: (stop: AbortSignal) => Observable<Event>;
  /** The study that an event brings, if it is the last one. */
  readonly outcome: (event: Event) => Study | undefined;
  readonly say: (event: Event) => ProgressText | undefined;
}

/** Performs a study and shows how it gets on; undefined where the user interrupted it, which is told. */
export async function performStudy<Event, Study>(
  { headline, path, events, outcome, say }: PlannedStudy<Event, Study>,
  { json, quiet }: { readonly json: boolean; readonly quiet: boolean },
  around: CliContext,
): Promise<Study | undefined> {
  const { out, err, clock } = around;
  const progress = json ? err : out;
  const display = studyDisplay(progress, clock, say);
  if (!quiet) progress.write(`${headline}\n`);
  const stop = new AbortController();
  const release = around.onInterrupt(() => {
    stop.abort();
  });
  let study: Study | undefined;
  try {
    const told = events(stop.signal).pipe(
      tap((event) => {
        study ??= outcome(event);
        if (!quiet) display.tell(event);
      }),
    );
    await lastValueFrom(told, { defaultValue: undefined });
  } finally {
    display.end();
    release();
  }
  if (study !== undefined) return study;
  const again = /\s--resume(\s|$)/.test(around.command) ? around.command : `${around.command} --resume`;
  err.write(`reverie: interrupted; the finished cells are kept in ${path}\nGo on with: ${again}\n`);
  return undefined;
}
