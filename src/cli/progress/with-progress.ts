import type { WorkContext } from '../../files/work.js';
import type { CliContext } from '../cli-context.js';
import { workDisplay } from './work-display.js';

/**
 * Does work that takes a while: shows how it gets on, and stops it when the user wants.
 *
 * @returns what came of it; undefined where the user stopped it
 * @throws what the work fails with
 */
export async function withProgress<T extends object>(
  around: Pick<CliContext, 'out' | 'clock' | 'onInterrupt'>,
  work: (context: WorkContext) => Promise<T>,
): Promise<T | undefined> {
  const display = workDisplay(around.out, around.clock);
  const stop = new AbortController();
  const release = around.onInterrupt(() => {
    stop.abort();
  });
  try {
    return await work({ report: display.report, signal: stop.signal });
  } catch (error) {
    if (!stop.signal.aborted) throw error;
    return undefined;
  } finally {
    display.end();
    release();
  }
}
