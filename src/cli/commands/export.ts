import { join } from 'node:path';
import { ReverieError } from '../../core/errors.js';
import { compose } from '../../di/composition.js';
import { ownVersion } from '../../di/own-version.js';
import { exportRun } from '../../experiment/export-run.js';
import { exportFormats, exportTargets } from '../../experiment/export-targets.js';
import { readSavedRun } from '../../experiment/saved-run.js';
import { formatBytes } from '../../report/page.js';
import { savedRunHeadline, savedRunWarnings } from '../saved-run-lines.js';
import type { CliContext } from '../cli-context.js';

export interface ExportCommandOptions {
  readonly onnx: boolean;
  readonly tfjs: boolean;
  readonly out?: string;
  readonly plugin: readonly string[];
  readonly force: boolean;
  readonly bare: boolean;
  readonly nonFinite: boolean;
}

/** `reverie export`: what the learner of a run has learnt, in files that other programs run. */
export async function exportCommand(
  path: string,
  { out = join(path, 'export'), plugin, force, bare, nonFinite, ...wanted }: ExportCommandOptions,
  around: Pick<CliContext, 'out' | 'err'>,
): Promise<void> {
  const formats = exportFormats.filter((format) => wanted[format]);
  if (formats.length === 0) {
    throw new ReverieError('bad-usage', 'export: say into which format, --onnx or --tfjs; both may be given');
  }
  for (const format of formats) exportTargets(out, format, []);
  const run = await readSavedRun(path);
  const version = ownVersion();
  await using composition = await compose({ engine: 'auto', plugins: plugin });
  const learner = await composition.rebuild(run);
  try {
    const files = await exportRun(run, learner, { formats, out, force, bare, nonFinite, version });
    around.out.write(`${savedRunHeadline(run)}:\n`);
    for (const file of files) around.out.write(`  ${file.path}  ${formatBytes(file.bytes)}\n`);
    for (const name of new Set(files.flatMap(({ of, lacksScale }) => (lacksScale ? [of] : [])))) {
      around.err.write(
        `warning: "${name}" takes samples as the learner saw them, not as they lie in files: its learner does not say which ` +
          'of its values are samples ("sampleInputs", "sampleOutputs"); the scale is in the .json\n',
      );
    }
  } finally {
    learner.dispose();
  }
  for (const warning of savedRunWarnings(run, version)) around.err.write(`${warning}\n`);
}
