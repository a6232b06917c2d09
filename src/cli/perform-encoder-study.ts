import type { Dataset } from '../core/dataset.js';
import { ReverieError } from '../core/errors.js';
import type { Json } from '../core/snapshot.js';
import type { Composition } from '../di/composition.js';
import { ownVersion } from '../di/own-version.js';
import { directoryName, openNumberedDirectory } from '../experiment/numbered-directory.js';
import { trialTitle } from '../experiment/trials/trial-kind.js';
import { formatSeconds } from '../report/page.js';
import { codeMaps, type CodeMapKind } from '../representation/maps/code-map.js';
import { loadDruid } from '../representation/maps/layouts.js';
import { checkSetup, encoderStudy, encoderTrialsOf, type EncoderChoices } from '../studies/encoders/encoder-study.js';
import type { EncoderPlan } from '../studies/encoders/encoder-plan.js';
import type { EncoderResult, ProbeMeasure } from '../studies/encoders/encoder-result.js';
import { encoderTables } from '../studies/encoders/encoder-tables.js';
import { encoderTrials, type EncoderEvent } from '../studies/encoders/encoder-trial.js';
import type { CliContext } from './cli-context.js';
import { exitCodes, type ExitCode } from './exit-codes.js';
import { performTrials, writeStudy } from './perform-trials.js';
import { studyRunner, studyServices } from './study-services.js';

export interface EncoderStudyOptions {
  readonly measure: ProbeMeasure;
  readonly codes: boolean;
  readonly maps: readonly CodeMapKind[];
  readonly validate: boolean;
  readonly out: string;
  readonly resume: boolean;
  readonly workers: number;
  readonly plugin: readonly string[];
  readonly dataDir?: string;
  readonly json: boolean;
  readonly quiet: boolean;
}

/** An encoder study as it is asked for. */
export interface AskedStudy {
  /** Its directory is named for it. */
  readonly name: string;
  readonly title: string;
  readonly dataset: Dataset;
  readonly datasetOptions: Json;
  readonly plan: EncoderPlan;
  readonly composition: Composition;
  /** What to know before its numbers are trusted. */
  readonly warnings: readonly string[];
}

/**
 * Makes an encoder study, or goes on with the trials that are not finished, and prints its tables. What is wrong with the
 * input is found before anything is written.
 */
export async function performEncoderStudy(
  { name, title, composition, warnings, ...asked }: AskedStudy,
  options: EncoderStudyOptions,
  context: CliContext,
): Promise<ExitCode> {
  const { validate, codes, maps } = options;
  const { engine } = await composition.engine();
  const choices = { name, ...asked, engine, validate, codes, maps };
  await checkMaps(choices);
  const warn = (message: string): void => {
    context.err.write(`warning: ${message}\n`);
  };
  // Before hours of training, while it can still be changed.
  for (const { message } of await checkSetup({ ...choices, parts: await composition.studyParts() })) warn(message);
  const kind = encoderTrials(studyServices(composition, context.clock));
  const trials = encoderTrialsOf(kind, choices);
  const directory = directoryName(`${name}${validate ? '-validation' : ''}`);
  const { path } = await openNumberedDirectory(options.out, directory, options.resume);
  const results = await performTrials(
    {
      headline: `${title}, engine ${engine.name}${validate ? ', measured on held-out training samples' : ''}`,
      path,
      kind,
      trials,
      runner: studyRunner(options.workers, { engine: engine.name, plugins: options.plugin, dataDir: options.dataDir }),
      resultText: (trial, result) => `${trialTitle(trial)}: ${resultText(result)}`,
      eventText: (trial, event) => `${trialTitle(trial)}: ${eventText(event)}`,
    },
    options,
    context,
  );
  if (results === undefined) return exitCodes.interrupted;
  const study = encoderStudy(choices, { reverie: ownVersion(), node: process.versions.node }, results);
  await writeStudy(path, study);
  context.out.write(
    options.json
      ? `${JSON.stringify(study)}\n`
      : `${options.quiet ? '' : '\n'}${encoderTables(study, options.measure, context.out)}\n\nresults:\n  ${path}\n`,
  );
  warnings.forEach(warn);
  return exitCodes.success;
}

/** Such as `linear 0.9105, knn 0.9330, 2 min 05 s`. */
function resultText({ probes, seconds }: EncoderResult): string {
  const scores = probes
    .filter(({ target }) => target === 'classes')
    .map(({ probe, accuracy }) => `${probe} ${accuracy.toFixed(4)}`);
  return [...scores, formatSeconds(seconds)].join(', ');
}

function eventText(event: EncoderEvent): string {
  if (event.type === 'probe-fitted') return `probe ${event.probe}, ${event.task}`;
  return `epoch ${event.epoch}/${event.epochs}, loss ${event.loss.toPrecision(3)}`;
}

/** Refuses maps that could not be drawn once all is trained. @throws bad-usage */
async function checkMaps({
  maps,
  plan,
  dataset,
  validate,
}: Pick<EncoderChoices, 'maps' | 'plan' | 'dataset' | 'validate'>): Promise<void> {
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
