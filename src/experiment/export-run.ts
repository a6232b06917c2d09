import { basename } from 'node:path';
import { ReverieError } from '../core/errors.js';
import type { Learner } from '../core/learner.js';
import { isRecord, type Json } from '../core/snapshot.js';
import type { TrainedFunction } from '../core/trained-function.js';
import { portsOf } from '../engine/export/free-rows.js';
import { onnxFile } from '../engine/export/onnx-file.js';
import { withRawSamples } from '../engine/export/raw-samples.js';
import { tfjsGraphModel } from '../engine/export/tfjs-graph-model.js';
import { prettyJson } from '../files/exact-json.js';
import { exportTargets, type ExportFormat, type ExportTarget } from './export-targets.js';
import { learnerError } from './failures.js';
import { refuseToReplace, writeOutput } from '../files/output-file.js';
import type { SavedRun } from './saved-run.js';

export interface ExportOptions {
  readonly formats: readonly ExportFormat[];
  /** A folder, or a file for the function that classifies; see {@link exportTargets}. */
  readonly out: string;
  /** Whether files that are there may be replaced. */
  readonly force: boolean;
  /** Takes and gives samples as the learner saw them, and not as they lie in files: the network alone. */
  readonly bare: boolean;
  /** Whether values that are NaN or infinite may go into files. */
  readonly nonFinite: boolean;
  /** Version of this reverie. */
  readonly version: string;
}

/** A file that was written, and what is in it. */
export interface ExportedFile {
  readonly path: string;
  readonly bytes: number;
  /** Name of the function. */
  readonly of: string;
  /**
   * Whether its samples are as the learner saw them although their scale is known and wanted inside: the function does not
   * say which of its values are samples.
   */
  readonly lacksScale: boolean;
}

/**
 * Writes what of a learner can be used without reverie into files. Nothing is written unless everything can be made, and
 * each file is written atomically.
 *
 * @param learner of the run, as it was at the checkpoint
 * @throws ReverieError `bad-checkpoint` where it holds values that are not finite, `bad-output` where a file is there already or cannot be written, `bad-plugin` where the learner has
 *   nothing to export or something that no file can hold, `bad-usage` where format and `out` do not fit
 */
export async function exportRun(
  run: SavedRun,
  learner: Learner,
  options: ExportOptions,
): Promise<readonly ExportedFile[]> {
  const inside = options.bare ? undefined : run.checkpoint.samples?.scale;
  const learnt = await functionsOf(learner, run);
  if (!options.nonFinite) for (const trained of learnt) checkFinite(trained, run);
  const functions = inside === undefined ? learnt : learnt.map((trained) => withRawSamples(trained, inside));
  const names = functions.map(({ name }) => name);
  const files = options.formats.flatMap((format) => {
    const targets = exportTargets(options.out, format, names);
    return functions.flatMap((trained) => {
      const target = targets.get(trained.name);
      return target === undefined ? [] : contents(trained, run, format, target, options);
    });
  });
  if (!options.force) for (const { path } of files) await refuseToReplace(path);
  const lacking = learnt.filter((trained) => inside !== undefined && !namesSamples(trained)).map(({ name }) => name);
  const written: ExportedFile[] = [];
  for (const { path, of, content } of files) {
    await writeOutput(path, content);
    written.push({ path, of, bytes: content.byteLength, lacksScale: lacking.includes(of) });
  }
  return written;
}

/** A learner that has diverged answers too, and always the same: nobody would know before its answers are used. */
function checkFinite({ name, parameters }: TrainedFunction, { checkpoint, checkpointPath }: SavedRun): void {
  const bad = Object.entries(parameters).flatMap(([parameter, { data }]) => {
    const count = data.reduce((sum, value) => sum + (Number.isFinite(value) ? 0 : 1), 0);
    return count === 0 ? [] : [`${parameter} (${count} of ${data.length})`];
  });
  if (bad.length === 0) return;
  throw new ReverieError(
    'bad-checkpoint',
    `"${name}" of learner "${checkpoint.state.description.learner}" has values that are NaN or infinite, in ${bad.join(', ')}: it ` +
      `had diverged when ${checkpointPath} was saved; train it again, with a smaller learning rate say, or give --non-finite to ` +
      'export it all the same',
  );
}

function namesSamples({ sampleInputs = [], sampleOutputs = [] }: TrainedFunction): boolean {
  return sampleInputs.length + sampleOutputs.length > 0;
}

async function functionsOf(learner: Learner, { checkpoint }: SavedRun): Promise<readonly TrainedFunction[]> {
  const name = checkpoint.state.description.learner;
  try {
    const functions = (await learner.trainedFunctions?.()) ?? [];
    const names = functions.map((trained) => trained.name);
    const twice = names.find((one, i) => names.indexOf(one) !== i);
    if (twice !== undefined) throw new Error(`it has two functions named "${twice}"`);
    if (functions.length > 0) return functions;
  } catch (error) {
    throw learnerError(error, name, 'handing out what it learnt', undefined);
  }
  throw new ReverieError(
    'bad-plugin',
    `learner "${name}" has nothing to export: it would have to offer "trainedFunctions"; see the contract of learners`,
  );
}

interface Content {
  readonly path: string;
  readonly of: string;
  readonly content: Uint8Array;
}

/** The files of one function, the model last: whoever sees it finds the other complete. */
function contents(
  trained: TrainedFunction,
  run: SavedRun,
  format: ExportFormat,
  { model, companion }: ExportTarget,
  { version, bare }: ExportOptions,
): readonly Content[] {
  const of = trained.name;
  try {
    const about = aboutOf(trained, run, version, bare);
    const notes = { version, about };
    if (format === 'onnx') {
      return [
        { path: companion, of, content: Buffer.from(prettyJson(about)) },
        { path: model, of, content: onnxFile(trained, notes) },
      ];
    }
    const { model: json, weights } = tfjsGraphModel(trained, basename(companion), notes);
    return [
      { path: companion, of, content: weights },
      { path: model, of, content: Buffer.from(`${JSON.stringify(json)}\n`) },
    ];
  } catch (error) {
    throw learnerError(error, run.checkpoint.state.description.learner, `"${of}" was put into a file`, undefined);
  }
}

/** What a file says of itself. The same run gives the same, whenever and wherever it is exported. */
function aboutOf(
  trained: TrainedFunction,
  { checkpoint, finished }: SavedRun,
  version: string,
  bare: boolean,
): Record<string, Json> {
  const { task, state, samples: { scale, classNames = {} } = {} } = checkpoint;
  const named = ({ classes }: TrainedFunction): Json[] => (classes ?? []).map((one) => classNames[one] ?? String(one));
  const { sampleShape } = state;
  const { configuration, scenarioDigest, learner, seed, engine, versions } = state.description;
  const { inputs, outputs } = portsOf(trained);
  const plain = (ports: typeof inputs): Json => ports.map((port) => ({ ...port }));
  return {
    function: trained.name,
    summary: trained.summary,
    inputs: plain(inputs),
    outputs: plain(outputs),
    ...(trained.classes === undefined ? {} : { classes: trained.classes, classNames: named(trained) }),
    sampleShape,
    scale: scale === undefined ? null : { inside: !bare && namesSamples(trained), ...scale },
    run: {
      ...(isRecord(configuration) ? { scenario: configuration['name'] ?? null } : {}),
      scenarioDigest,
      learner,
      seed,
      engine,
      finished,
      tasksLearnt: task,
      accuracy: state.anytime.at(-1)?.accuracy ?? null,
      configuration,
    },
    versions: { reverie: version, run: versions['reverie'] ?? null },
  };
}
