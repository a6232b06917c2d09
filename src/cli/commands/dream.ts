import { ReverieError } from '../../core/errors.js';
import { topClasses } from '../../core/teacher.js';
import type { Learner } from '../../core/learner.js';
import type { DreamSource } from '../../core/memory.js';
import { rawValues } from '../../core/sample-scale.js';
import { RandomStreams } from '../../core/random.js';
import { compose, type Composition } from '../../di/composition.js';
import { seenSamples } from '../../di/seen-samples.js';
import { ownVersion } from '../../di/own-version.js';
import { trainStudents } from '../../di/train-students.js';
import { checkDreams } from '../../memory/diagnostics/check-dreams.js';
import { checkFinite, drawDreams } from '../../memory/diagnostics/draw-dreams.js';
import { refuseToReplace, writeOutput } from '../../files/output-file.js';
import { readSavedRun, type SavedRun } from '../../experiment/saved-run.js';
import { dreamHealth } from '../../report/dream-health.js';
import { npyFile } from '../../files/npy.js';
import { formatBytes } from '../../report/page.js';
import type { EngineOption } from '../options.js';
import { savedRunHeadline, savedRunWarnings } from '../saved-run-lines.js';
import type { CliContext } from '../cli-context.js';

export interface DreamCommandOptions {
  readonly png?: string;
  readonly npy?: string;
  readonly bare: boolean;
  readonly check: boolean;
  readonly count: number;
  readonly dreams: number;
  readonly studentSteps: number;
  readonly seed?: number;
  readonly data: boolean;
  readonly dataDir?: string;
  readonly json: boolean;
  readonly force: boolean;
  readonly engine: EngineOption;
  readonly plugin: readonly string[];
}

/** Dreams that a student is taught at most: more are drawn only to be seen once. */
const mostDreamsToLearn = 10_000;

/** What each of the things to be done works with. */
interface Session {
  readonly run: SavedRun;
  readonly composition: Composition;
  readonly seed: number;
  readonly options: DreamCommandOptions;
}

interface Content {
  readonly path: string;
  readonly option: string;
  readonly bytes: Uint8Array;
}

/** `reverie dream`: what the memory of a run dreams, as a picture, as arrays, and how healthy it is. */
export async function dreamCommand(
  path: string,
  options: DreamCommandOptions,
  around: Pick<CliContext, 'out' | 'err'>,
): Promise<void> {
  const { png, npy, check, json, force, engine, plugin, dataDir } = options;
  checkUsage(options);
  const targets = [png, npy, npy === undefined ? undefined : labelsBeside(npy)];
  for (const [i, target] of targets.entries()) {
    if (target !== undefined && !force) await refuseToReplace(target, i === 0 ? '--png' : '--npy');
  }
  const run = await readSavedRun(path);
  await using composition = await compose({ engine, plugins: plugin, dataDir });
  const seed = options.seed ?? run.checkpoint.state.description.seed;
  const session = { run, composition, seed, options };
  const progress = json ? around.err : around.out;
  progress.write(`${savedRunHeadline(run)}; drawn with seed ${seed}\n`);
  const contents = [
    ...(png === undefined ? [] : [await walksAsPng(session, png)]),
    ...(npy === undefined ? [] : await dreamsAsNpy(session, npy)),
  ];
  for (const { path: file, option, bytes } of contents) {
    await writeOutput(file, bytes, option);
    progress.write(`  ${file}  ${formatBytes(bytes.byteLength)}\n`);
  }
  if (png !== undefined) {
    progress.write('  rows: walks; columns: jumps, 0 the start; an orange label is another than one jump before\n');
  }
  if (check) {
    const report = await health(session);
    const { state, task } = run.checkpoint;
    const { learner, seed: trainedWith } = state.description;
    const about = { learner, seed: trainedWith, tasksLearnt: task, finished: run.finished };
    around.out.write(
      json ? `${JSON.stringify({ run: about, seed, ...report })}\n` : `\n${dreamHealth(report, around.out)}\n`,
    );
  }
  for (const warning of savedRunWarnings(run, ownVersion())) around.err.write(`${warning}\n`);
}

function checkUsage({ png, npy, check, json }: DreamCommandOptions): void {
  const wrong = (problem: string): ReverieError => new ReverieError('bad-usage', `dream: ${problem}`);
  if (png === undefined && npy === undefined && !check) {
    throw wrong('say what to make of the dreams, --png <file>, --npy <file> or --check; all may be given');
  }
  if (json && !check) throw wrong('--json prints the report of --check; give both');
  for (const [option, file] of [
    ['png', png],
    ['npy', npy],
  ] as const) {
    if (file?.endsWith(`.${option}`) === false) {
      throw wrong(`--${option} ${file}: expected a file that ends in .${option}`);
    }
  }
}

function labelsBeside(npy: string): string {
  return npy.replace(/\.npy$/, '-labels.npy');
}

/** Each thing has a learner of its own, so that what is drawn for one does not depend on what else is asked for. */
async function withMemory<T>(
  { run, composition, seed }: Session,
  use: (memory: DreamSource, learner: Learner) => Promise<T>,
): Promise<T> {
  const learner = await composition.rebuild(run, seed);
  try {
    if (learner.memory === undefined) {
      throw new ReverieError(
        'bad-usage',
        `learner "${run.checkpoint.state.description.learner}" has no memory that dreams; give the run of one that has, such as rehearsal`,
      );
    }
    return await use(learner.memory, learner);
  } finally {
    learner.dispose();
  }
}

function walksAsPng(session: Session, path: string): Promise<Content> {
  const { run, seed, options } = session;
  return withMemory(session, async (memory) => {
    // Loaded here because only pictures need the PNG library.
    const [{ pictureSize }, { walkSheet }] = await Promise.all([
      import('../../report/picture.js'),
      import('../../report/sheets.js'),
    ]);
    const picture = pictureSize(run.checkpoint.state.sampleShape, '--npy writes them as numbers');
    const walks = memory.walks?.(options.count, new RandomStreams(seed).stream('walks'));
    if (walks === undefined) {
      throw new ReverieError(
        'bad-usage',
        'the memory of this run shows no walks, which --png draws: it, or its sampler, would have to offer "walks"; ' +
          '--npy and --check do without',
      );
    }
    const steps = [];
    for await (const { features, logits, classes, count } of walks) {
      checkFinite(features);
      steps.push({ features, labels: topClasses(logits, classes, count) });
    }
    return { path, option: '--png', bytes: walkSheet(steps, picture) };
  });
}

function dreamsAsNpy(session: Session, path: string): Promise<readonly Content[]> {
  const { run, options } = session;
  return withMemory(session, async (memory) => {
    const { count, features, logits, classes } = await drawDreams(memory, options.count);
    const { samples, state } = run.checkpoint;
    const scale = options.bare ? undefined : samples?.scale;
    const values = scale === undefined ? features : rawValues(scale, features);
    const labels = topClasses(logits, classes, count);
    return [
      { path, option: '--npy', bytes: npyFile(values, [count, ...(scale?.shape ?? state.sampleShape)]) },
      { path: labelsBeside(path), option: '--npy', bytes: npyFile(labels, [count]) },
    ];
  });
}

function health(session: Session) {
  const { run, composition, seed, options } = session;
  return withMemory(session, async (memory, learner) => {
    const about = {
      learner,
      memory,
      count: options.dreams,
      random: new RandomStreams(seed).stream('real samples'),
      history: run.checkpoint.state.dreams,
    };
    if (!options.data) return checkDreams(about);
    const real = await seenSamples(composition, run);
    const trainStudent = trainStudents(composition, run, real.test, { iterations: options.studentSteps, seed });
    return checkDreams({ ...about, real: { ...real, trainStudent, dreamsToLearn: mostDreamsToLearn } });
  });
}
