import { fetchByName } from '../../di/data-management.js';
import { exitCodes, type ExitCode } from '../exit-codes.js';
import { workDisplay } from '../progress/work-display.js';
import type { Surroundings } from '../surroundings.js';

export interface DataFetchOptions {
  readonly mirror?: string;
  readonly from?: string;
}

/** `reverie data fetch`: the published files of a data set, in the user's cache. */
export async function dataFetchCommand(
  name: string,
  options: DataFetchOptions,
  around: Surroundings,
): Promise<ExitCode> {
  const { out, err, clock, command } = around;
  const display = workDisplay(out, clock);
  const stop = new AbortController();
  const release = around.onInterrupt(() => {
    stop.abort();
  });
  try {
    const { folder } = await fetchByName(name, { ...options, tell: display.tell, signal: stop.signal });
    display.end();
    out.write(`${name} is in ${folder}, digests checked\n`);
    return exitCodes.success;
  } catch (error) {
    display.end();
    if (!stop.signal.aborted) throw error;
    err.write(`reverie: interrupted; what came is kept\nGo on with: ${command}\n`);
    return exitCodes.interrupted;
  } finally {
    release();
  }
}
