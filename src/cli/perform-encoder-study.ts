import { join } from 'node:path';
import type { Dataset } from '../core/dataset.js';
import { ReverieError } from '../core/errors.js';
import type { EncoderStudy, ProbeMeasure } from '../studies/encoders/encoder-result.js';
import type { Composition } from '../di/composition.js';
import { ownVersion } from '../di/own-version.js';

import { directoryName, openNumberedDirectory } from '../experiment/numbered-directory.js';
import { writeOutput } from '../files/output-file.js';
import { encoderTables } from '../studies/encoders/encoder-tables.js';
import { npyFile } from '../files/npy.js';
import { codeMaps, mapCodes, type CodeMapKind } from '../representation/maps/code-map.js';
import { loadDruid } from '../representation/maps/druid.js';
import { cellFolder } from '../studies/cell-store.js';
import { checkSetup } from '../studies/encoders/check-setup.js';
import { encoderCells } from '../studies/encoders/encoder-cells.js';
import type { EncoderEvent } from '../studies/encoders/encoder-events.js';
import type { EncoderPlan } from '../studies/encoders/encoder-plan.js';
import { cellIdentity, type EncoderSetup } from '../studies/encoders/encoder-setup.js';
import { encoderStudy } from '../studies/encoders/encoder-study.js';
import { exitCodes, type ExitCode } from './exit-codes.js';
import { performStudy } from './perform-study.js';
import { describeEncoderEvent } from './progress/describe-encoder-event.js';
import type { CliContext } from './cli-context.js';

export interface EncoderStudyOptions {
  readonly measure: ProbeMeasure;
  readonly codes: boolean;
  readonly maps: readonly CodeMapKind[];
  readonly validate: boolean;
  readonly out: string;
  readonly resume: boolean;
  readonly json: boolean;
  readonly quiet: boolean;
}

/** An encoder study as it is asked for. */
export interface AskedStudy {
  /** Its directory is named for it. */
  readonly name: string;
  readonly title: string;
  readonly dataset: Dataset;
  readonly plan: EncoderPlan;
  readonly composition: Composition;
  /** What is doubtful about its numbers. */
  readonly warnings: readonly string[];
}

/**
 * Makes an encoder study, or goes on with the cells that are not finished, and prints its tables. What is wrong with the
 * input is found before anything is written.
 */
export async function performEncoderStudy(
  { name, title, dataset, plan, composition, warnings }: AskedStudy,
  options: EncoderStudyOptions,
  around: CliContext,
): Promise<ExitCode> {
  const { validate, codes, maps } = options;
  const { engine } = await composition.engine();
  const parts = { ...(await composition.studyParts()), map: mapCodes };
  const chosen = { name, dataset, plan, parts, engine, validate, codes, maps, clock: around.clock };
  await checkMaps(chosen);
  const warn = (message: string): void => {
    around.err.write(`warning: ${message}\n`);
  };
  // Before hours of training, while it can still be changed.
  for (const { message } of await checkSetup(chosen)) warn(message);
  const directory = directoryName(`${name}${validate ? '-validation' : ''}`);
  const { path } = await openNumberedDirectory(options.out, directory, options.resume);
  const setup: EncoderSetup = {
    ...chosen,
    versions: { reverie: ownVersion(), node: process.versions.node },
    store: cellFolder(path, encoderCells, (cell) => cellIdentity(chosen, cell)),
    keep: ({ cell, what, values, shape }) =>
      writeOutput(join(path, 'arrays', `${cell}-${what}.npy`), npyFile(values, shape)),
  };
  const study = await performStudy<EncoderEvent, EncoderStudy>(
    {
      headline: `${title}, engine ${engine.name}${validate ? ', measured on held-out training samples' : ''}`,
      path,
      events: (stop) => encoderStudy({ ...setup, stop }),
      outcome: (event) => (event.type === 'study-completed' ? event.study : undefined),
      say: describeEncoderEvent,
    },
    options,
    around,
  );
  if (study === undefined) return exitCodes.interrupted;
  around.out.write(
    options.json
      ? `${JSON.stringify(study)}\n`
      : `\n${encoderTables(study, options.measure, around.out)}\n\nresults:\n  ${path}\n`,
  );
  warnings.forEach(warn);
  return exitCodes.success;
}

/** Refuses maps that could not be drawn once all is trained. @throws bad-usage */
async function checkMaps({
  maps,
  plan,
  dataset,
  validate,
}: Pick<EncoderSetup, 'maps' | 'plan' | 'dataset' | 'validate'>): Promise<void> {
  if (maps.length > 0) await loadDruid();
  const there = validate ? Math.max(0, dataset.train.size - plan.samples.train) : dataset.test.size;
  const points = Math.min(plan.samples.test, there);
  for (const kind of maps) {
    const { fewest } = codeMaps[kind];
    if (points >= fewest) continue;
    throw new ReverieError(
      'bad-usage',
      `--maps ${kind}: it takes at least ${fewest} samples, and ${points} are measured on; measure on more, or leave it out`,
    );
  }
}
