import { fetchByName } from '../../di/data-management.js';
import { exitCodes, type ExitCode } from '../exit-codes.js';
import { withProgress } from '../progress/with-progress.js';
import type { CliContext } from '../cli-context.js';

export interface DataFetchOptions {
  readonly mirror?: string;
  readonly from?: string;
}

/** `reverie data fetch`: the published files of a data set, in the user's cache. */
export async function dataFetchCommand(name: string, options: DataFetchOptions, around: CliContext): Promise<ExitCode> {
  const fetched = await withProgress(around, (context) => fetchByName(name, { ...options, ...context }));
  if (fetched === undefined) {
    around.err.write(`reverie: interrupted; what came is kept\nGo on with: ${around.command}\n`);
    return exitCodes.interrupted;
  }
  around.out.write(`${name} is in ${fetched.folder}, digests checked\n`);
  return exitCodes.success;
}
