import { installNative } from '../../di/engine-management.js';
import { formatBytes } from '../../report/page.js';
import { exitCodes, type ExitCode } from '../exit-codes.js';
import { withProgress } from '../progress/with-progress.js';
import type { CliContext } from '../cli-context.js';

export interface EngineInstallOptions {
  readonly gpu: boolean;
  readonly from?: string;
  readonly anyDigest: boolean;
}

/** `reverie engine install`: a current TensorFlow for the native engine. */
export async function engineInstallCommand(options: EngineInstallOptions, around: CliContext): Promise<ExitCode> {
  const { out, err, command } = around;
  const installed = await withProgress(around, (context) => installNative({ ...options, ...context }));
  if (installed === undefined) {
    err.write(`reverie: interrupted; wheels that came whole and finished builds are kept\nGo on with: ${command}\n`);
    return exitCodes.interrupted;
  }
  const { build, linkedFrom } = installed;
  const { tensorflow, gpu } = build.manifest;
  out.write(
    `The native engine works: TensorFlow ${tensorflow}${gpu ? ' with CUDA' : ''}, ${formatBytes(build.bytes)} in\n` +
      `  ${build.path}\nlinked from\n  ${linkedFrom}\n`,
  );
  if (gpu) {
    out.write(
      'That TensorFlow loads and computes was tested; that it computes on your GPU was not: nobody has tried this on ' +
        'one yet. Watch nvidia-smi during a run.\n',
    );
  }
  return exitCodes.success;
}
